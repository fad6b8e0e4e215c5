"""Charts of a learner's views: Vega-Lite drawn on the server, each with the figures under it."""
