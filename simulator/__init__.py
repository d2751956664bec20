"""A make-believe estate that speaks the real protocols on loopback."""
