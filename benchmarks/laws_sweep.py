"""The cases of the laws at the sizes over which `benchmarks/laws.py` times them: a case file, for `case_files`.

They are cases of a family of their own, so that no bare command takes them: the oracle would take hours.
"""

from __future__ import annotations

from dataclasses import replace

from adbench.case import DEFINED, register
from adbench.cases import laws

FIXED = 64  # outputs where inputs are swept, and inputs where outputs are
INNER = {"m": 256, "p": 256}  # wide enough that the products take longer than the library's way to them
SWEEPS = {
    "wide": {f"n{n}": {"n": n, "q": FIXED, **INNER} for n in (8, 32, 128, 512)},
    "tall": {f"q{q}": {"n": FIXED, "q": q, **INNER} for q in (8, 32, 128, 512)},
    "deep_chain": {f"n{n}": {"steps": n // 2} for n in (10**2, 10**3, 10**4, 10**5, 10**6)},  # two nodes a step
    "wide_reuse": {f"n{n}": {"depth": n} for n in (30, 100, 300, 1000)},  # 2¹⁰²⁴ is no float64
    "hvp_cost": {f"n{n}": {"n": n} for n in (10**4, 3 * 10**4, 10**5, 3 * 10**5)},
}

for case in DEFINED[laws.__name__]:
    short = case.name.partition(".")[2]
    register(replace(case, name=f"laws_sweep.{short}", sizes={**case.sizes, **SWEEPS[short]}), __name__)
