"""Training of what the model room ships: code here, data in `clauses/`, results in `../weights`."""
