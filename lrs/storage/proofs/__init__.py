"""The transparency log over a store's positions: tiles, signed tree heads, proofs, receipts."""
