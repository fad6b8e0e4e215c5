"""Documents that tools keep: State, Agent Profile and Activity Profile."""
