"""The HTTP API `/v1` for document systems: thin routes over service/office, problems by RFC 9457, OpenAPI 3.1."""
