"""Pages of `ticket rules help` for what is said while files are read and taken apart, by family.

Checks of a whole rulebook have their pages beside them, in `rulebook/checks`.
"""
