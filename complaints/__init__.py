"""The domain: pure functions and frozen values, without I/O, clock, database or chat platform."""
