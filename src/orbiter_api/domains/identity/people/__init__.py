"""Accounts of people as administrators manage them: roles, invites, and what becomes of what someone owned."""
