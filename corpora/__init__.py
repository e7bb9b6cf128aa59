"""What the text says: reading filed documents and keeping the law."""
