"""Which derivative rules a library has, and which of them it has evaluated: a file a library, used by its adapter.

A rule is written `jvp:sin` or `vjp:sin`: its direction, forward or reverse, and the name that the library has for it.
Each file has two functions. `names()` gives all rules. `used()` gives those evaluated since it was first called in this
process: the first call begins to record, and until then nothing of the library is touched.
"""
