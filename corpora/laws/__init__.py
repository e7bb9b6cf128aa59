"""The law store: dated versions of laws, one module per source."""
