"""Connections: engines, sessions, column types, writing many rows at once."""
