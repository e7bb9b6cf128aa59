"""Clean-up (清理) of documents: facts of each document, what the set says about it, one proposal, a person's decision."""
