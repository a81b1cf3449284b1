"""The highest layer: command line, supervisor and wiring."""
