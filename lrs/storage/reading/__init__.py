"""What analysts' own database logins may read on PostgreSQL."""
