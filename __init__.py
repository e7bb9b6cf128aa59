"""Beishen 备审: filing review of normative documents, offline, with cited conflicts."""

__version__ = "0.1.0"
