"""One module per question asked about quality or speed; nothing imports this room."""
