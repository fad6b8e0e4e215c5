"""What people write about themselves and each other: typed acts, as statements of our profile."""
