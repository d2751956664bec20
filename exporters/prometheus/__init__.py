"""Metrics: what the monitor does (`meter`), and what it knows of the estate (`exposition`)."""
