"""The only code that knows HTTP: xAPI resources, views, administration."""
