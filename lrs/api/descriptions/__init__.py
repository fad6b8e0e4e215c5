"""What the OpenAPI document says of the raw endpoints: one module for each group of resources."""
