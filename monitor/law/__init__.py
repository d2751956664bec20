"""What law and contracts say, computed from dates that are passed in."""
