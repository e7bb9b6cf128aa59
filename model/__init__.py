"""What a clause does: the encoder and the classifiers over it."""
