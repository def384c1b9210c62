"""How the demo's 1C signs in. A real connection gets a generated password."""

DEMO_USER = "1c-demo"
DEMO_PASSWORD = "demo-1c-2026"  # noqa: S105 - printed on the demo's sign-in page
