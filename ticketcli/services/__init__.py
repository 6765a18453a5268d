"""Use cases: load, decide, save, tell. They know ports and the domain, never an adapter."""
