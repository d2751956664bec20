"""The register as people keep it: sheets of rows, checked whole, and the change they make to the estate."""
