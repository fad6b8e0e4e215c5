"""Deriving again what the database holds, and naming what differs."""
