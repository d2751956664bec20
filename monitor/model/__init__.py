"""Values shared by the layers above: the estate, verdicts, events. No logic, no I/O."""
