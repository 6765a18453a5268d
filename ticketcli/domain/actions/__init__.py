"""What rules can do, one function per action; `table.py` names them (design section 6, Actions)."""
