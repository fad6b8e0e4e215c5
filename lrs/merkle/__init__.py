"""RFC 6962 Merkle tree hashing, proofs and signed tree heads, as pure functions."""
