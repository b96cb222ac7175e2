"""API keys, and the one-use tickets by which a client that cannot send a header opens a socket."""
