"""The append-only log: what a statement becomes, append, and following it."""
