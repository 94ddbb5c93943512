"""Orders, from basket to invoice."""
