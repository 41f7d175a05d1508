"""From instructions to Python source, a line an instruction, and to the function that it defines."""

from __future__ import annotations

import linecache
import operator
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.compile import buffers, vocabulary
from adbench.engine.compile.blocks import Block
from adbench.engine.compile.buffers import Plan
from adbench.engine.compile.instruction import Instruction
from adbench.engine.compile.names import Names
from adbench.engine.compile.vocabulary import INFIX, PREFIX

INDENT = "    "


class Writer:
    """Writes the body of a function.

    Args:
        names: the names taken so far, those of the inputs among them.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.lines: list[str] = []
        self.temporaries = 0

    def body(self, program: Sequence[Instruction | Block], outputs: Sequence[Instruction]) -> list[str]:
        """The lines of a program, an instruction each."""
        apart = {x for block in program if isinstance(block, Block) for x in block.outputs}
        instructions = [x for item in program for x in (item.outputs if isinstance(item, Block) else [item])]
        plan, i = buffers.plan(instructions, outputs, apart), 0
        for item in program:
            if isinstance(item, Block):
                self.block(item, plan)
            else:
                self.write(item, plan)
            for _ in item.outputs if isinstance(item, Block) else [item]:
                self.release(plan.released.get(i, []))
                i += 1
        return self.lines

    def block(self, block: Block, whole: Plan) -> None:
        """A loop over blocks of rows."""
        for x in block.outputs:
            if x in whole.into:
                self.names.of[x] = self.names.of[whole.into[x]]
            else:
                self.assign(x, f"{self.names.function(np.empty)}({x.shape}, {self.dtype(x.dtype)})")
        sliced = [(x, self.leaf(x)) for x in (*filter(block.is_sliced, block.operands), *block.outputs)]
        outside, first = self.names.of.copy(), len(self.lines) + 1
        start, part = self.names.new("start"), self.names.new("part")
        self.lines.append(f"for {start} in range(0, {block.instructions[0].shape[0]}, {block.rows}):")
        self.lines.append(f"{part} = slice({start}, {start} + {block.rows})")
        for x, name in sliced:
            key = x if isinstance(x, Instruction) else id(x)
            self.names.of[key] = self.names.new(f"{name}_part")
            self.lines.append(f"{self.names.of[key]} = {name}[{part}]")
        for i, x in enumerate(block.instructions):
            if x not in block.outputs:
                self.write(x, block.plan)
            elif isinstance(x.function, np.ufunc):
                self.write_into(x, self.names.of[x])
            else:
                self.lines.append(f"{self.names.of[x]}[...] = {self.expression(x)}")
            self.release(block.plan.released.get(i, []))
        self.lines[first:] = [INDENT + line for line in self.lines[first:]]
        self.names.of |= outside

    def write(self, x: Instruction, plan: Plan) -> None:
        """The line of one instruction."""
        if x in plan.into:
            self.names.of[x] = self.names.of[plan.into[x]]
            self.write_into(x, self.names.of[x])
        else:
            self.assign(x, self.expression(x))
            if x.function is vocabulary.spread:
                self.lines.append(f"{self.names.of[x]}[...] = {self.leaf(x.args[0])}")

    def write_into(self, x: Instruction, memory: str) -> None:
        operands = ", ".join(self.operand(a, x) for a in x.args)
        self.lines.append(f"{self.names.function(x.function)}({operands}, out={memory})")

    def assign(self, x: Instruction, text: str) -> None:
        self.names.of[x] = self.names.new(f"t{self.temporaries}")
        self.temporaries += 1
        self.lines.append(f"{self.names.of[x]} = {text}")

    def release(self, memory: Sequence[Instruction]) -> None:
        if memory:
            self.lines.append(f"del {', '.join(self.names.of[x] for x in memory)}")

    def expression(self, x: Instruction) -> str:
        """The right-hand side of an instruction."""
        function, args = x.function, x.args
        if function in INFIX and not x.options:
            return f"{self.operand(args[0], x)} {INFIX[function]} {self.operand(args[1], x)}"
        if function in PREFIX:
            return f"{PREFIX[function]}{self.leaf(args[0])}"
        if function is vocabulary.spread:
            return f"{self.names.function(np.empty)}({args[1]}, {self.dtype(args[0].dtype)})"
        if function is vocabulary.reshape:
            return f"{self.leaf(args[0])}.reshape({', '.join(map(str, args[1])) or '()'})"
        if function is vocabulary.transpose:
            reversal = args[1] == tuple(reversed(range(len(args[1]))))
            return f"{self.leaf(args[0])}.T" if reversal else f"{self.leaf(args[0])}.transpose{args[1]}"
        if function is vocabulary.cast:
            return f"{self.leaf(args[0])}.astype({self.dtype(args[1])})"
        if function is vocabulary.dot:
            return f"{self.leaf(args[0])}.dot({self.leaf(args[1])})"
        if function is operator.getitem:
            return f"{self.leaf(args[0])}[{self.index(args[1])}]"
        texts = [self.operand(a, x) if isinstance(function, np.ufunc) else self.tree(a) for a in args]
        texts += [f"{name}={self.tree(option)}" for name, option in x.options.items()]
        return f"{self.names.function(function)}({', '.join(texts)})"

    def operand(self, a: Any, x: Instruction) -> str:
        """An operand of a ufunc: a number beside a number, an array without axes beside an array, which is faster."""
        if not isinstance(a, np.generic):
            return self.tree(a)
        others = [o.dtype for o in x.operands]
        if x.scalar and others[:1] == [a.dtype] and a.dtype.kind in "fib" and not _of_scipy(x.function):
            return self.tree(a.item())
        return self.number(a)

    def number(self, a: np.generic) -> str:
        """A number as an array without axes, named after its value if that has few digits."""
        key = (a.dtype, a.tobytes())
        if key not in self.names.constants:
            digits = f"{a:g}" if a.dtype.kind in "fiu" else str(a)
            short = a.dtype.kind in "fiu" and len(digits) < 6 and float(digits) == a
            spelled = digits.replace("-", "m").replace(".", "p").replace("+", "") if short else ""
            suffix = "" if a.dtype == np.float64 else f"_{a.dtype.name}"
            name = self.names.new(f"_{spelled}{suffix}" if short else "constant")
            self.names.namespace[name] = np.array(a)
            self.names.constants[key] = name
        return self.names.constants[key]

    def index(self, index: Any) -> str:
        """What stands between brackets."""
        parts = index if isinstance(index, tuple) else (index,)
        texts = [self.slice(p) if isinstance(p, slice) else self.tree(p) for p in parts]
        return ", ".join(texts) + ("," if isinstance(index, tuple) and len(texts) == 1 else "") or "()"

    def slice(self, x: slice) -> str:
        start, stop, step = ("" if part is None else self.leaf(bound(part)) for part in (x.start, x.stop, x.step))
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"

    def tree(self, x: Any, leaf: Callable[[Any], str] | None = None) -> str:
        """Nested tuples, lists and dictionaries."""
        leaf = leaf or self.leaf
        if isinstance(x, dict):
            return "{" + ", ".join(f"{key!r}: {self.tree(value, leaf)}" for key, value in x.items()) + "}"
        if not isinstance(x, tuple | list):
            return leaf(x)
        items = ", ".join(self.tree(item, leaf) for item in x)
        if hasattr(x, "_fields"):
            return f"{self.names.bind(type(x), type(x).__name__)}({items})"
        return f"[{items}]" if isinstance(x, list) else f"({items}{',' if len(x) == 1 else ''})"

    def leaf(self, x: Any) -> str:
        """The name of an array, or a parameter as one writes it."""
        if isinstance(x, Instruction):
            return self.names.of[x]
        if isinstance(x, np.dtype):
            return self.dtype(x)
        if x is Ellipsis:
            return "..."
        if isinstance(x, float) and not isinstance(x, np.generic) and not np.isfinite(x):
            return f"float({str(x)!r})"
        if isinstance(x, slice):
            return f"slice({', '.join(self.leaf(bound(part)) for part in (x.start, x.stop, x.step))})"
        if x is None or type(x) in (str, bytes, bool, int, float, complex):
            return repr(x)
        return self.names.bind(x, getattr(x, "__name__", "constant"))

    def dtype(self, dtype: np.dtype[Any]) -> str:
        return self.names.bind(dtype, dtype.name)

    def result(self, outputs: Any, own: Callable[[Instruction], bool]) -> str:
        """What is returned; every array in it is new, and none is there twice.

        Args:
            outputs: instructions and constants.
            own: whether an instruction's memory is its own.
        """

        def fresh(x: Any) -> str:
            text = self.leaf(x)
            if isinstance(x, np.ndarray) or (isinstance(x, Instruction) and not own(x)):
                text += ".copy()"
            return text

        return self.tree(outputs, fresh)


def bound(x: Any) -> Any:
    """A bound of a slice, which may be a number of NumPy's."""
    return int(x) if isinstance(x, np.integer) else x


def _of_scipy(function: Any) -> bool:
    """Whether it is a ufunc that is not NumPy's: those take a Python float for a float64, whatever stands beside it."""
    return isinstance(function, np.ufunc) and getattr(np, function.__name__, None) is not function


def defined(source: str, name: str, filename: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """The function `name` that `source` defines; tracebacks and debuggers show its lines under `filename`."""
    exec(compile(source, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    weakref.finalize(function, linecache.cache.pop, filename, None)
    return function
