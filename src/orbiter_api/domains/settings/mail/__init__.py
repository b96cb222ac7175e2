"""The mail server, as administrators set it."""
