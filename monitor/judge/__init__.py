"""JUDGE: pure functions from samples to verdicts, transitions and rates; `now` is passed in."""
