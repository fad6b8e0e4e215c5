"""Pages on which analysts see how well the system itself does."""
