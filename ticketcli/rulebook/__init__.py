"""From YAML files to a checked, bound, cached rulebook."""
