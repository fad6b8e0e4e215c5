"""What analysts query: documented tables over what the workers derived, as SQL views and rows."""
