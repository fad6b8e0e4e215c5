"""The xAPI data model, 1.0.3 and 2.0.0, as pure functions: parse, validate, compare, format."""
