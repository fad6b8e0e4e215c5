"""The resources of xAPI, as raw ASGI: the hot path."""
