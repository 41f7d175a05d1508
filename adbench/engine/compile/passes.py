"""Passes over the whole list of instructions, for what recording cannot see: what is used later, and how often."""

from __future__ import annotations

from collections.abc import Sequence

from adbench.engine.compile.instruction import Instruction


def living(instructions: Sequence[Instruction], outputs: Sequence[Instruction]) -> list[Instruction]:
    """The instructions that an output depends on."""
    needed = set(outputs)
    kept = []
    for instruction in reversed(instructions):
        if instruction in needed:
            needed.update(instruction.operands)
            kept.append(instruction)
    return kept[::-1]


def last_uses(instructions: Sequence[Instruction]) -> dict[Instruction, int]:
    """For each operand the position of the last instruction that has it."""
    return {operand: i for i, instruction in enumerate(instructions) for operand in instruction.operands}
