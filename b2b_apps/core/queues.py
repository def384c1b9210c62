"""The queues of background work: what takes minutes keeps nothing quick waiting."""

QUICK, SLOW = "quick", "slow"
