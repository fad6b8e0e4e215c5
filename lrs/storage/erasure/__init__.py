"""Erasure: the one sanctioned removal of what the log says."""
