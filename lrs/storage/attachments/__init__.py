"""Attachments' data, by store and SHA-2: in the database, or in a folder."""
