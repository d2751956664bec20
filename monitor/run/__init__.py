"""The running monitor: when to look, within which budget, and the way from a look to a committed verdict."""
