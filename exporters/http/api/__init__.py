"""The read-only JSON API: the answers of the command line, for programs, on the monitor's own port."""
