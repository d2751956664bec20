"""The figures of this project: one file each, by `make bench` or `python -m bench NAME`."""
