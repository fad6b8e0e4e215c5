"""The audit: what administrators and people did, as statements of a store of its own."""
