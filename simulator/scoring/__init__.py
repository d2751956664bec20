"""Scores what a monitor told against what was done to its world. Never imports the monitor."""
