"""The Store port on TinyDB, and the engines under it."""
