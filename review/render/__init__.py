"""The same report as text, JSON and HTML."""
