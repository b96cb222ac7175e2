"""The Orbiter server: REST, one WebSocket and the web app over the engine in `orbiter`."""
