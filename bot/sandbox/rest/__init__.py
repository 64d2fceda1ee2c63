"""Discord's HTTP API: one module a subject, each with its table of routes."""
