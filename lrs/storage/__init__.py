"""The only code that knows a database: append, search, credentials, observations, views."""
