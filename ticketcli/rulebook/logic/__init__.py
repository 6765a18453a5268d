"""What conditions say about each other: can this one hold at all, does that one hold whenever this one does?

`space` turns conditions into formulas over a few finite variables, `solve` says whether some ticket makes formulas
true. Facts count as independent of each other but for what `space` links, so an answer "cannot hold" is sure, while
"may hold" only means that nothing speaks against it.
"""
