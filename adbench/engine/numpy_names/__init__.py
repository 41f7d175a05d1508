"""NumPy's own functions beyond the array API standard, made of the engine's rules; `engine.numpy` offers them.

They take NumPy's arguments, by position and by keyword, except those that say where or how a result is stored (`out`,
`order` of a copy, `like`, `subok`). Which entries are chosen, such as where a number is NaN or which of them is the
median, is decided on the values; so compiled functions, of which the entries are not known, choose likewise.
"""
