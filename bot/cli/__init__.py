"""The commands of `golddust`, one noun a file; bot/main.py puts them together."""
