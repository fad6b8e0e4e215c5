"""Fitting the model to a store's learners, and examining how well it predicts."""
