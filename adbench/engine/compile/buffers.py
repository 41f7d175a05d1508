"""Which large arrays are written into the memory of others that nobody reads any more, and which are let go.

A *storage* is the memory that an instruction made, with all the views of it. It dies with the last instruction that
reads it; an input, a constant and an output never do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from adbench.engine.compile.instruction import Instruction
from adbench.engine.compile.passes import last_uses
from adbench.engine.compile.vocabulary import VIEWS, is_fresh

MOST = 1 << 25  # bytes; glibc adapts to no larger array than this
LARGE = 1 << 15  # bytes; below, NumPy's own allocation costs less than `out=` does


@dataclass
class Plan:
    """Attributes:
    into: instruction to the one whose memory it is written into.
    released: position to the instructions whose memory is let go after it.
    """

    into: dict[Instruction, Instruction] = field(default_factory=dict)
    released: dict[int, list[Instruction]] = field(default_factory=dict)


def plan(
    instructions: Sequence[Instruction], outputs: Sequence[Instruction], apart: Collection[Instruction] = ()
) -> Plan:
    """Reuse of memory for a program.

    Args:
        apart: instructions that may not be written over what they read.
    """
    owners = storages(instructions)
    kept = {owner for output in outputs for owner in owners.get(output, ())}
    dies = deaths(instructions, owners, kept)
    made, pool = Plan(), list[Instruction]()
    for i, instruction in enumerate(instructions):
        dying = dies.get(i, [])
        donor = next((d for d in pool if fits(d, instruction)), None)
        if donor is not None:
            pool.remove(donor)
        elif instruction not in apart:
            donor = next((d for d in dying if fits(d, instruction) and is_read_alone(d, instruction, owners)), None)
        if donor is not None:
            made.into[instruction] = donor
        pool += [d for d in dying if d is not donor]
    for i, dying in dies.items():
        unused = [d for d in dying if d in pool]
        if unused and i + 1 < len(instructions):
            made.released[i] = unused
    return made


def keep_at_hand(instructions: Sequence[Instruction]) -> None:
    """Make the C library keep as much memory as a call needs, once and for all.

    glibc gives freed memory back to the system as soon as there are 128 KB of it, and each call would then wait for
    the same pages again, which takes three times as long as the work on a hundred arrays of 8 KB. Having freed one
    array, glibc keeps twice as much as that. The array is never written to, so it costs nothing.
    """
    needed = sum(math.prod(x.shape) * x.dtype.itemsize for x in instructions if x.shape is not None and not x.scalar)
    np.empty(min(needed, MOST), np.uint8)


def storages(instructions: Sequence[Instruction]) -> dict[Instruction, frozenset[Instruction]]:
    """For each instruction those whose memory its result may lie in."""
    owners: dict[Instruction, frozenset[Instruction]] = {}
    for instruction in instructions:
        operands = [owners.get(o, frozenset({o})) for o in instruction.operands]
        if instruction.scalar and instruction.shape is not None:
            owners[instruction] = frozenset()
        elif is_fresh(instruction.function):
            owners[instruction] = frozenset({instruction})
        elif instruction.function in VIEWS:
            owners[instruction] = operands[0] if operands else frozenset()
        else:
            owners[instruction] = frozenset({instruction}).union(*operands)
    return owners


def deaths(
    instructions: Sequence[Instruction], owners: dict[Instruction, frozenset[Instruction]], kept: set[Instruction]
) -> dict[int, list[Instruction]]:
    """For each position the large storages that are read there for the last time."""
    last: dict[Instruction, int] = {}
    for operand, i in last_uses(instructions).items():
        for owner in owners.get(operand, ()):
            last[owner] = max(i, last.get(owner, i))
    dies: dict[int, list[Instruction]] = {}
    for owner, i in last.items():
        if owner.function is not None and owner not in kept and is_large(owner) and is_fresh(owner.function):
            dies.setdefault(i, []).append(owner)
    return dies


def is_large(x: Instruction) -> bool:
    return not x.scalar and math.prod(x.shape) * x.dtype.itemsize >= LARGE


def fits(donor: Instruction, taker: Instruction) -> bool:
    """Whether the result of `taker` has the shape and dtype of the memory of `donor`, and can be written into it."""
    writes = isinstance(taker.function, np.ufunc) and taker.function.nout == 1 and not taker.options
    return writes and not taker.scalar and donor.shape == taker.shape and donor.dtype == taker.dtype


def is_read_alone(donor: Instruction, taker: Instruction, owners: dict[Instruction, frozenset[Instruction]]) -> bool:
    """Whether `taker` reads `donor` as it lies, entry by entry, and no view of it."""
    alone = all(o is donor or donor not in owners.get(o, ()) for o in taker.operands)
    return alone and getattr(taker.function, "signature", "") is None  # as for matmul


def ownership(instructions: Sequence[Instruction]) -> Callable[[Instruction], bool]:
    """Tells whether the memory of a result was made in the program and is not that of a result asked for earlier."""
    owners, given = storages(instructions), set[Instruction]()

    def own(x: Instruction) -> bool:
        if x.scalar:
            return True
        of = owners.get(x, frozenset({x}))
        mine = len(of) == 1 and all(is_fresh(o.function) for o in of) and not of & given
        given.update(of)
        return mine

    return own
