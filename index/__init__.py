"""What the law says: lexical and dense search over provisions that outrank a document on a day."""
