"""The colours that all pages share, as the beginning of each one's style sheet."""

from __future__ import annotations

from importlib import resources

COLOURS = (resources.files("bot") / "colours.css").read_text(encoding="utf-8")
"""Custom properties, light and dark."""
