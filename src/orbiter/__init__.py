"""Orbiter's engine: agents, tools, models and durable runs, usable without a server."""
