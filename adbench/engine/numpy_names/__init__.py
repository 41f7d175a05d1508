"""NumPy's own functions beyond the array API standard, made of the engine's rules; `engine.numpy` offers them.

They take NumPy's arguments, by position and by keyword, except those that say where or how a result is stored (`out`,
`like`, `subok`). Single precision stays single also where NumPy widens it (cov, interp, polyder, vander). Which entries
are chosen, such as where a number is NaN or which of them is the median, is decided by operations on the values, so
that compiled functions, which do not know the values beforehand, choose anew each time.
"""
