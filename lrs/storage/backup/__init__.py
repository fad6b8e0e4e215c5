"""Backup and restore: a copy of one moment, and what was erased since goes again."""
