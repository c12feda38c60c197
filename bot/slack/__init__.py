"""Slack: listen (platform event to command), render (notice to blocks), send (notice to receipt)."""
