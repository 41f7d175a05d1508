"""From instructions to Python source, a line an instruction, and to the function that it defines."""

from __future__ import annotations

import keyword
import linecache
import operator
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.compile import vocabulary
from adbench.engine.compile.buffers import Plan
from adbench.engine.compile.program import Instruction
from adbench.engine.compile.vocabulary import INFIX, PREFIX

INDENT = "    "


class Names:
    """The names of one source, each for one object."""

    def __init__(self, *taken: str) -> None:
        self.namespace: dict[str, Any] = {}
        self.taken = set(taken)
        self.of: dict[Any, str] = {}

    def new(self, wanted: str) -> str:
        """A name that nothing has yet."""
        wanted = wanted if wanted.isidentifier() and not keyword.iskeyword(wanted) else "x"
        name, n = wanted, 0
        while name in self.taken:
            n += 1
            name = f"{wanted}_{n}"
        self.taken.add(name)
        return name

    def bind(self, thing: Any, wanted: str) -> str:
        """The name of an object that the source refers to."""
        key = thing if isinstance(thing, Callable | np.dtype) else id(thing)  # type: ignore[arg-type]
        if key not in self.of:
            self.of[key] = self.new(wanted)
            self.namespace[self.of[key]] = thing
        return self.of[key]

    def function(self, function: Any) -> str:
        """The name of a function; a ufunc's method has the ufunc's too."""
        ufunc = getattr(function, "__self__", None)
        name = f"{ufunc.__name__}_{function.__name__}" if isinstance(ufunc, np.ufunc) else function.__name__
        return self.bind(function, name.lstrip("_"))


class Writer:
    """Writes the body of a function.

    Args:
        names: the names taken so far, those of the inputs among them.
        plan: the memory that results are written into.
    """

    def __init__(self, names: Names, plan: Plan) -> None:
        self.names = names
        self.plan = plan
        self.lines: list[str] = []
        self.constants: dict[Any, str] = {}

    def body(self, instructions: Sequence[Instruction]) -> list[str]:
        """A line for each instruction, and one for each array that is let go."""
        for i, instruction in enumerate(instructions):
            self.write(instruction)
            if released := self.plan.released.get(i):
                self.lines.append(f"del {', '.join(self.names.of[r] for r in released)}")
        return self.lines

    def write(self, x: Instruction) -> None:
        donor = self.plan.into.get(x)
        if donor is not None:
            operands = ", ".join(self.operand(a, x) for a in x.args)
            self.names.of[x] = self.names.of[donor]
            self.lines.append(f"{self.names.function(x.function)}({operands}, out={self.names.of[donor]})")
            return
        text = self.expression(x)
        self.names.of[x] = self.names.new(f"t{sum(line.startswith('t') for line in self.lines)}")
        self.lines.append(f"{self.names.of[x]} = {text}")
        if x.function is vocabulary.spread:
            self.lines.append(f"{self.names.of[x]}[...] = {self.leaf(x.args[0])}")

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
        if x.scalar and others[:1] == [a.dtype] and a.dtype.kind in "fib":
            return self.tree(a.item())
        return self.number(a)

    def number(self, a: np.generic) -> str:
        """A number as an array without axes, named after its value if that has few digits."""
        key = (a.dtype, a.tobytes())
        if key not in self.constants:
            digits = f"{a:g}" if a.dtype.kind in "fiu" else str(a)
            short = a.dtype.kind in "fiu" and len(digits) < 6 and float(digits) == a
            spelled = digits.replace("-", "m").replace(".", "p").replace("+", "") if short else ""
            suffix = "" if a.dtype == np.float64 else f"_{a.dtype.name}"
            name = self.names.new(f"_{spelled}{suffix}" if short else "constant")
            self.names.namespace[name] = np.array(a)
            self.constants[key] = name
        return self.constants[key]

    def index(self, index: Any) -> str:
        """What stands between brackets."""
        parts = index if isinstance(index, tuple) else (index,)
        texts = [self.slice(p) if isinstance(p, slice) else self.tree(p) for p in parts]
        return ", ".join(texts) + ("," if isinstance(index, tuple) and len(texts) == 1 else "") or "()"

    def slice(self, x: slice) -> str:
        start, stop, step = ("" if part is None else self.tree(part) for part in (x.start, x.stop, x.step))
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
        if x is None or type(x) in (str, bytes, bool, int, float, complex, slice):
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


def defined(source: str, name: str, filename: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """The function `name` that `source` defines; tracebacks and debuggers show its lines under `filename`."""
    exec(compile(source, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    weakref.finalize(function, linecache.cache.pop, filename, None)
    return function

