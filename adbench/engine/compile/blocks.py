"""Elementwise work on large arrays, a block of rows after another, so that what is in between stays in the cache.

A chain of twenty operations on arrays of 8 MB moves each of its twenty results to memory and back. In blocks it moves
the inputs and the outputs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adbench.engine.compile import buffers, vocabulary
from adbench.engine.compile.buffers import Plan
from adbench.engine.compile.instruction import Instruction, leaves
from adbench.engine.compile.passes import last_uses

WORTH = 1 << 19  # bytes of a result; half of this fits into a core's cache beside its operands
CACHE = 1 << 20  # bytes that the arrays of a block together may take: half of a core's second-level cache
ENTRIES = 4096  # a block at least, below which NumPy's calls cost more than memory does; four times that at most
BLOCKS = 4  # at least
SPARED = 2  # results at least that are never whole in memory


@dataclass(frozen=True, kw_only=True)
class Block:
    """Instructions of one shape, run together for some rows at a time.

    Attributes:
        outputs: those that are used outside of the block.
        operands: the arrays that the block reads, each once.
        rows: how many rows at a time.
        plan: the memory of the results that no one uses outside.
    """

    instructions: list[Instruction]
    outputs: list[Instruction]
    operands: list[Any]
    rows: int
    plan: Plan

    def is_sliced(self, a: Any) -> bool:
        """Whether an operand has the rows of the results, and is not broadcast along them."""
        shape = self.instructions[0].shape
        return len(a.shape) == len(shape) and a.shape[0] == shape[0]


def blocked(instructions: Sequence[Instruction], outputs: Sequence[Instruction]) -> list[Instruction | Block]:
    """The program in an order in which elementwise instructions of one shape are together, in blocks where worth it."""
    if sum(map(is_elementwise, instructions)) <= SPARED:
        return list(instructions)
    result, rest, done = list[Instruction | Block](), list(instructions), set[Instruction]()
    used_by = users(instructions, outputs)
    ours = set(instructions)
    while rest:
        others, rest = split(rest, done, ours, lambda x: not is_elementwise(x))
        result += others
        if rest:
            shape = rest[0].shape
            group, rest = split(rest, done, ours, lambda x: is_elementwise(x) and x.shape == shape)
            inside = set(group)
            given = [x for x in group if not used_by[x] <= inside]
            rows = rows_of(group)
            worth = len(group) - len(given) >= SPARED and shape[0] >= BLOCKS * rows
            result += [block(group, given, rows)] if worth else group
    return result


def block(group: list[Instruction], outputs: list[Instruction], rows: int) -> Block:
    """A block; from here on its outputs have the operands of it all, of which no memory is free before its end."""
    read = {id(a): a for x in group for a in leaves(x.args) if is_array(a)}
    operands = [a for a in read.values() if not (isinstance(a, Instruction) and a in group)]
    plan = buffers.plan(group, outputs, outputs)
    for x in outputs:
        x.operands = [a for a in operands if isinstance(a, Instruction)]
    return Block(instructions=group, outputs=outputs, operands=operands, rows=rows, plan=plan)


def split(
    instructions: Sequence[Instruction], done: set[Instruction], ours: set[Instruction], wanted: Any
) -> tuple[list[Instruction], list[Instruction]]:
    """The wanted instructions whose operands are there, which they then are too, and the rest."""
    chosen, rest = list[Instruction](), list[Instruction]()
    for x in instructions:
        if wanted(x) and all(o in done or o not in ours for o in x.operands):
            chosen.append(x)
            done.add(x)
        else:
            rest.append(x)
    return chosen, rest


def users(instructions: Sequence[Instruction], outputs: Sequence[Instruction]) -> dict[Any, set[Any]]:
    """For each instruction those that have it as an operand; None stands for the caller."""
    used_by: dict[Any, set[Any]] = {x: set() for x in instructions}
    for x in instructions:
        for operand in x.operands:
            used_by.setdefault(operand, set()).add(x)
    for x in outputs:
        used_by.setdefault(x, set()).add(None)
    return used_by


def rows_of(group: Sequence[Instruction]) -> int:
    """Rows a block, such that what lives at once in it fits into the cache."""
    dies, alive, most = last_uses(group), set[Instruction](), 1
    for i, x in enumerate(group):
        alive |= {x, *[o for o in x.operands if o.shape == x.shape]}
        most = max(most, len(alive))
        alive -= {o for o in alive if dies.get(o, i) == i and o is not x}
    row = math.prod(group[0].shape[1:])
    entries = min(max(ENTRIES, CACHE // (most * group[0].dtype.itemsize)), 4 * ENTRIES)
    return 1 << max(0, math.frexp(entries / max(row, 1))[1] - 1)


def is_elementwise(x: Instruction) -> bool:
    """Whether rows of the result depend on the same rows of the operands alone, and are worth a block."""
    if x.scalar or x.shape is None or not x.shape or x.options or math.prod(x.shape) * x.dtype.itemsize < WORTH:
        return False
    if isinstance(x.function, np.ufunc):
        return x.function.signature is None and x.function.nout == 1
    return x.function in (np.where, vocabulary.cast)


def is_array(a: Any) -> bool:
    """Whether an operand has entries to be sliced."""
    return isinstance(a, np.ndarray) or (isinstance(a, Instruction) and not a.scalar)
