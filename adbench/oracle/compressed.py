"""The truth of a case whose Jacobian is too large to be had whole: along a direction for each colour of its structure.

What is known then is the value, the entries of the structure, and the products with the tangents and the cotangent.
Entries of one colour are told apart by the structure alone, so that it has to be proved right. In the directions

    Σⱼ eⱼ    and    Σⱼ tⱼ eⱼ        over the columns j of a colour, with random tⱼ

the derivative of row i is Jᵢⱼ and tⱼ Jᵢⱼ for the one column j of which the structure has an entry there. If the row has
another one, their ratio is not tⱼ.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from flint import arb, arb_mat

from adbench.case import Case, Inputs
from adbench.errors import InvalidCase, NotCertified
from adbench.oracle.evaluate import object_array, output, round_inputs, rows, seeds
from adbench.oracle.jet import Jet
from adbench.oracle.precision import BITS, working
from adbench.oracle.sampled import is_useless
from adbench.oracle.truth import Truth, enclose, narrowed, refuse_out_of_range, unit_of, wider
from adbench.sparsity import Structure, structure_of

Groups = dict[str, np.ndarray]


def compressed_truth(case: Case, inputs: Inputs, dtype: str) -> Truth:
    """The truth of a case as `truth_at` has it, but of its Jacobian the entries of its structure alone.

    Args:
        inputs, dtype: see `truth_at`.
    Raises:
        InvalidCase, Undecided: see `truth_at`; or a row has an entry in a colour of which its structure has none.
        NotCertified: see `truth_at`; or rounding leaves too few digits, for nothing is sampled here.
    """
    inputs = round_inputs(inputs, dtype)
    structure = structure_of(case, inputs, by_columns=True)
    tangents, cotangent = seeds(case, inputs, structure.output_shape, dtype)
    true, bits = certified_groups(case, inputs, tangents, cotangent)
    one, other = (
        evaluate_compressed(case, inputs, tangents, cotangent, BITS[dtype], np.full(structure.colours.size, length))
        for length in (1.0, unit_of(dtype))
    )
    given = max((float(np.abs(x).max(initial=0.0)) for x in inputs.values()), default=0.0)
    if is_useless(one["value"], given) or is_useless(one["nonzeros"]):
        raise NotCertified(f"{case.where}: rounding in {dtype} leaves too few digits of a computation of this size")
    with working(bits):
        made = {name: enclose(true[name], wider(one[name], other[name]), dtype) for name in true}
    refuse_out_of_range(case, made, dtype)
    return Truth(
        inputs=inputs,
        tangents=tangents,
        cotangent=cotangent,
        bound="radius",
        value=made["value"],
        jvp=made["jvp"],
        jacobian={},
        vjp={name: made[f"vjp:{name}"] for name in case.wrt},
        second="of a case as large as this one there are none",
        compressed=made["nonzeros"],
    )


def certified_groups(case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray) -> tuple[Groups, int]:
    """Balls that are narrow enough, by name: value, jvp, nonzeros, vjp:w, …; and the bits that they took."""
    return narrowed(
        case,
        inputs,
        lambda bits: evaluate_compressed(case, inputs, tangents, cotangent, bits),
        lambda groups: groups,
    )


def prove_structure(case: Case, truth: Truth, true: Groups, bits: int) -> None:
    """Tell the entries of one colour apart by directions of other lengths.

    Raises:
        InvalidCase: the Jacobian has an entry that its structure lacks.
    """
    structure = structure_of(case, truth.inputs, by_columns=True)
    lengths = np.random.default_rng(0).uniform(1.0, 2.0, structure.colours.size)
    other = evaluate_compressed(case, truth.inputs, truth.tangents, truth.cotangent, bits, lengths)
    for i, (one, two) in enumerate(zip(true["nonzeros"], other["nonzeros"], strict=True)):
        if not one.overlaps(two):
            raise InvalidCase(
                f"{case.where}: row {structure.rows[i]} of the Jacobian has an entry that its structure lacks, in "
                f"another column of the colour that column {structure.columns[i]} has"
            )


def evaluate_compressed(
    case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray, bits: int, lengths: np.ndarray | None = None
) -> Groups:
    """One evaluation as balls at a working precision, by name.

    Args:
        lengths: of the unit vectors, one a column, of which the directions are sums; 1 if None.
    Raises:
        InvalidCase: a row has an entry in a colour of which its structure has none.
    """
    structure = structure_of(case, inputs, by_columns=True)
    units = [arb(1 if lengths is None else lengths[column]) for column in range(structure.colours.size)]
    with working(bits):
        y = output(case, inputs, _leaf(tangents, structure, units))
        whole = rows(y, structure.count + 1)
        compressed = whole[:, :-1].T
        _refuse_others(case, compressed, structure)
        nonzeros = compressed[structure.found]
        if lengths is not None:
            nonzeros = nonzeros / object_array(units, lengths.shape)[structure.columns]
        pulled = _pulled_back(cotangent, nonzeros, structure)
    ends = np.cumsum([math.prod(shape) for shape in structure.shapes])
    by_input = zip(case.wrt, structure.shapes, np.split(pulled, ends[:-1]), strict=True)
    return {
        "value": object_array([j.value for j in y.flat], y.shape),
        "jvp": whole[:, -1].reshape(y.shape),
        "nonzeros": nonzeros,
        **{f"vjp:{name}": balls.reshape(shape) for name, shape, balls in by_input},
    }


def _leaf(tangents: Inputs, structure: Structure, units: list[arb]) -> Callable[..., Jet]:
    def leaf(name: str, index: tuple[int, ...], x: float, column: int) -> Jet:
        row = arb_mat(1, structure.count + 1)
        row[0, int(structure.colours[column])] = units[column]
        row[0, structure.count] = arb(float(tangents[name][index]))
        return Jet(arb(x), row)

    return leaf


def _refuse_others(case: Case, compressed: np.ndarray, structure: Structure) -> None:
    other = np.ones(compressed.shape, dtype=bool)
    other[structure.found] = False
    for colour, row in np.argwhere(other):
        if not compressed[colour, row].is_zero():
            entry = compressed[colour, row].str(20)
            raise InvalidCase(
                f"{case.where}: row {row} of the Jacobian has an entry that its structure lacks, {entry}, "
                f"among {structure.sharing(colour)}"
            )


def _pulled_back(cotangent: np.ndarray, nonzeros: np.ndarray, structure: Structure) -> np.ndarray:
    """ȳᵀJ, charged for any order of its terms, as a backend may add them in."""
    weights = [arb(float(weight)) for weight in cotangent.flat]
    totals = object_array([Jet(arb(0)) for _ in structure.colours], structure.colours.shape)
    terms = [Jet(entry * weights[row]) for entry, row in zip(nonzeros, structure.rows, strict=True)]
    np.add.at(totals, structure.columns, object_array(terms, nonzeros.shape))
    return object_array([total.value for total in totals], totals.shape)
