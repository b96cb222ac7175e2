"""Settings of the workspace, which administrators change while the server runs."""
