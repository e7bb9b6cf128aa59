"""Clean-up (清理): facts of each document, what the set says of it, one proposal, a person's decision."""
