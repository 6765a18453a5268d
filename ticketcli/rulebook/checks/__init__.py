"""Checks of a whole rulebook: a module each, with its page of `ticket rules help` beside it; `table` names them."""
