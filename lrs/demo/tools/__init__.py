"""How each kind of sender tells of the same learning: one module for each."""
