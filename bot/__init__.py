"""The edges and the wiring: channels, scheduler, command line."""
