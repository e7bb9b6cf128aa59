"""Who is asking: passwords, browser sessions with CSRF tokens, API keys, throttled log-ins."""
