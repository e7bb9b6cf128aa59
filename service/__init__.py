"""Who is asking, and what is kept: settings, command line, later the server."""
