"""GET /xapi/statements as keyset pages over positions."""
