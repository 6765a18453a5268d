"""Which desk, whether it is trusted, and its settings."""
