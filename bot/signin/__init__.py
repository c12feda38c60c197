"""Signing in to the pages for people, with Slack and with Microsoft, by OpenID Connect."""
