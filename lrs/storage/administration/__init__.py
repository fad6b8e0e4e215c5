"""Stores, credentials, people, secrets; migrations and how an installation stands."""
