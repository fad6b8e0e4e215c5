"""What workers derive from the log: observations, marks, states, view rows, learning events."""
