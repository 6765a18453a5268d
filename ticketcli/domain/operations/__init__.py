"""What people, jobs and scripts do to a ticket, one function per verb; `table.py` names them (design section 7)."""
