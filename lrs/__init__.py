"""The learning-record store: an immutable, provable log of xAPI statements, over HTTP."""
