"""One module per step. A step is never changed once it was released."""
