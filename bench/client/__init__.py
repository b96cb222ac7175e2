"""The load, made as lean as Python allows, so that what is measured is the server."""
