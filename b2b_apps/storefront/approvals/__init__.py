"""Pages of approvals: what a checkout says of them, requests, what a company has set up."""
