"""Answers that are lists: the same rows as a table for people, as CSV, and as JSON for programs."""
