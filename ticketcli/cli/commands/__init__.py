"""The commands, one module each; `cli/table.py` names them. A module builds its options when it is imported."""
