"""What administrators do with people and groups, as pages."""
