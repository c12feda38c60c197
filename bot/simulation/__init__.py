"""The time machine: recorded history under another file, on a database of its own (rule 13)."""
