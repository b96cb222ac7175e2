"""Which ways in the workspace allows, and from whom it requires a second factor."""
