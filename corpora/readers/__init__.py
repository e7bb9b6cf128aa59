"""One module per file format, all with the same signature (see `corpora.readers.formats`)."""
