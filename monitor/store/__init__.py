"""What is remembered: the dated register, state intervals, heartbeats, sealed passwords; one database."""
