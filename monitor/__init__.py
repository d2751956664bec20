"""JUDGE AND REMEMBER: from observations to verdicts, intervals, events and rates."""
