"""The console: pages for people, rendered on the server, without a script or a foreign host."""
