"""Few kinds of check; each is a pure function from a reviewed clause to findings."""
