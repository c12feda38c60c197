"""The playground: Golddust's channel for trying it out, on a page of its own and with a clock of its own."""
