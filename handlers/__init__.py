"""What happens: one use case a file. Load, decide, save; no chat platform is known here."""
