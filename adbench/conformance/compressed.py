"""The checks of a compressed Jacobian: the entries that its structure has, and that there are no others."""

from __future__ import annotations

import numpy as np

from adbench.conformance import compare
from adbench.conformance.subject import Answer, Subject
from adbench.oracle.truth import Enclosure
from adbench.results import Check
from adbench.sparsity import Structure


def derivatives(subject: Subject, truths: dict[str, Enclosure], answer: Answer) -> list[Check]:
    """Shapes and dtypes of what came along each colour, the nonzeros entry by entry, and zeros elsewhere."""
    structure, blocks = subject.structure, answer.derivatives
    shapes = (structure.output_shape,) if structure.by_columns else structure.shapes
    fits = [
        compare.shape(name, block, (structure.count, *shape))
        for (name, block), shape in zip(blocks.items(), shapes, strict=True)
    ]
    checks = fits + [compare.dtype(name, block, subject.dtype) for name, block in blocks.items()]
    if any(fit.status == "fail" for fit in fits):
        return checks
    ((name, truth),) = truths.items()
    whole = np.concatenate([block.reshape(structure.count, -1) for block in blocks.values()], axis=1)

    def place(index: compare.Index) -> compare.Index:
        return structure.rows[index], structure.columns[index]

    nonzeros = whole[structure.found]
    checks.append(
        compare.closeness("derivative", name, nonzeros, truth, subject.dtype, lambda: subject.scale, place)
    )
    return [*checks, _zeros(name, whole, structure)]


def _zeros(name: str, whole: np.ndarray, structure: Structure) -> Check:
    """What no entry of the structure accounts for is exactly 0; each of the other entries is a part of it."""
    rest = whole.copy()
    rest[structure.found] = 0
    wrong = np.argwhere(rest != 0)
    if not wrong.size:
        return Check(name="zeros", status="pass", input=name)
    colour, line = wrong[0]
    of = "row" if structure.by_columns else "column"
    held = f"{of} {line} holds {whole[colour, line]:.17g} in {structure.sharing(colour)}"
    return Check(name="zeros", status="fail", input=name, message=f"{held}, where its structure has no entry")
