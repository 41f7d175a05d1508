"""A case: a function over an array namespace, its inputs, and its derivative in closed form."""

from __future__ import annotations

import hashlib
import inspect
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from adbench.errors import AdbenchError, InvalidCase, Unsupported, describe
from adbench.parts import is_complex, real_shape

Array = Any  # an array of whichever library the namespace belongs to
Inputs = dict[str, np.ndarray]
Bounds = tuple[float | None, float | None]
Ends = Callable[..., tuple[Array, Array]]
Places = Callable[..., tuple[np.ndarray, np.ndarray]]

DTYPES = ("float64", "float32")
SHARED = ("numpy", "scipy")  # the APIs that libraries follow beside their own
HESSIAN_ENTRIES = 24  # of the inputs by which whole Hessians are taken, each a pass of the oracle


@dataclass(eq=False, kw_only=True)
class Case:
    """A function with everything that is needed to judge a backend's derivative of it.

    Attributes:
        name: `family.function`; what users type and results hold.
        function: `function(xp, **inputs) -> array`, using nothing but `xp` and operators.
        wrt: the inputs that it is differentiated with respect to.
        sizes: size name to the keyword arguments of the inputs function; the first is what a bare run takes.
        timed: those of the sizes that are for `adbench bench`: the full tier of a run leaves them out.
        published: further sizes, likewise, that a command takes only if they are named.
        source: where the function or its derivative comes from.
        dtypes: the dtypes that the case makes sense in. They name the precision: a complex input or output is
            complex128 in float64 and complex64 in float32.
        bench: whether `adbench bench` times it.
        shape_only: the Jacobian may have no entries, at some size, so that only shapes and dtypes can fail there.
        tags: words that group cases across families: `hazard` for a smooth point at which a formula in use fails.
        domain: input name to the (low, high) that its entries lie between, ends included, None for no bound; an
            input that is not named may be any finite number. Only `adbench fuzz` draws from it.
        native: by API the function `(api, **inputs) -> array` as that API has it, see `Backend.apis`; the case's own is
            then its definition, which the oracle judges it by. Without any, every backend runs the definition.
        tier: `core`, or `full` for what a bare run leaves out; by default what no API of `SHARED` has.
        path: the file that defines it.  line: where in that file.
    """

    name: str
    function: Callable[..., Array]
    wrt: tuple[str, ...]
    sizes: Mapping[str, Mapping[str, Any]]
    timed: tuple[str, ...] = ()
    published: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    source: str = ""
    dtypes: tuple[str, ...] = DTYPES
    bench: bool = False
    shape_only: bool = False
    tags: tuple[str, ...] = ()
    domain: Mapping[str, Bounds] = field(default_factory=dict)
    native: Mapping[str, Callable[..., Array]] = field(default_factory=dict, repr=False)
    tier: str = "core"
    path: str = ""
    line: int = 0
    _inputs: Callable[..., Inputs] | None = field(default=None, repr=False)
    jacobians: dict[str, Callable[..., Array]] = field(default_factory=dict, repr=False)
    pullback: Callable[..., Mapping[str, Array]] | None = field(default=None, repr=False)
    hessians: dict[tuple[str, str], Callable[..., Array]] = field(default_factory=dict, repr=False)
    admissible_sets: dict[str, Ends] = field(default_factory=dict, repr=False)
    smooth_directions: list[Callable[..., Inputs]] = field(default_factory=list, repr=False)
    structure: Places | None = field(default=None, repr=False)

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of all inputs, in the order of the function's signature."""
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        if code is None or code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
            return tuple(inspect.signature(self.function).parameters)[1:]
        names: tuple[str, ...] = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
        return names  # what a signature says, in a tenth of its time: there are thousands of cases

    @property
    def all_sizes(self) -> dict[str, Mapping[str, Any]]:
        """Every size by name, the published ones last."""
        return {**self.sizes, **self.published}

    def sizes_named(self, names: Collection[str]) -> list[str]:
        """Those of the case's sizes that are named; where no names are given, all but the published ones."""
        return [size for size in self.all_sizes if size in names] if names else list(self.sizes)

    @property
    def extremes(self) -> list[str]:
        """The first and the last of the sizes but the published ones: small and large."""
        first, *others = self.sizes
        return [first, *others[-1:]]

    def inputs(self, make: Callable[..., Inputs]) -> Callable[..., Inputs]:
        """Decorate `make(rng, **size) -> dict of float64 or complex128 arrays`, names as the function's parameters."""
        self._inputs = make
        return make

    def jacobian(self, wrt: str) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
        """Decorate the closed form `(xp, **inputs) -> array` of shape output.shape + input.shape.

        It is real: an axis (Re, Im) of 2 stands behind the output's where that is complex, and behind the input's
        likewise. `adbench.parts.real_jacobian` makes it of complex derivatives.
        """
        if wrt not in self.wrt:
            raise InvalidCase(f"{self.where}: jacobian({wrt!r}) is not among its wrt, {', '.join(self.wrt)}")

        def attach(closed_form: Callable[..., Array]) -> Callable[..., Array]:
            self.jacobians[wrt] = closed_form
            return closed_form

        return attach

    def vjp(self, closed_form: Callable[..., Mapping[str, Array]]) -> Callable[..., Mapping[str, Array]]:
        """Decorate the hand-written pullback `(xp, y_bar, **inputs) -> {wrt: x_bar}`: what `manual` is timed by.

        Complex y_bar and x_bar hold the components of real ones: x_bar = conj(f'(z)) y_bar for a holomorphic f.
        """
        self.pullback = closed_form
        return closed_form

    def hessian(self, a: str, b: str) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
        """Decorate a closed form `(xp, **inputs) -> array` of shape output.shape + a.shape + b.shape; optional."""
        for wrt in (a, b):
            if wrt not in self.wrt:
                raise InvalidCase(f"{self.where}: hessian({a!r}, {b!r}): {wrt} is not among its wrt")

        def attach(closed_form: Callable[..., Array]) -> Callable[..., Array]:
            self.hessians[a, b] = closed_form
            return closed_form

        return attach

    def admissible(
        self, wrt: str
    ) -> Callable[[Callable[..., tuple[Array, Array]]], Callable[..., tuple[Array, Array]]]:
        """Decorate `(xp, **inputs) -> (low, high)`: at a kink, the ends of what a derivative by `wrt` may be.

        Both have shape output.shape + input.shape; with it, the case is one at a kink and has no single derivative.
        Both are inf, or both -inf, where the derivative is infinite. Inputs may be infinite then.
        """
        if wrt not in self.wrt:
            raise InvalidCase(f"{self.where}: admissible({wrt!r}) is not among its wrt, {', '.join(self.wrt)}")

        def attach(ends: Ends) -> Ends:
            self.admissible_sets[wrt] = ends
            return ends

        return attach

    def smooth_along(self, direction: Callable[..., Inputs]) -> Callable[..., Inputs]:
        """Decorate `(**inputs) -> {wrt: array of its shape}`: at a kink, a direction in which the function is smooth.

        Where x and y tie, max(x, y) is along (1, 1): the derivatives by both must sum to 1. What is left out is 0.
        """
        self.smooth_directions.append(direction)
        return direction

    def sparsity(self, structure: Places) -> Places:
        """Decorate `(**inputs) -> (rows, columns)`: the entries of the Jacobian by all of `wrt` that may be nonzero.

        Rows count the entries of the output, columns those of all inputs of `wrt`, one input after the other; both are
        integer arrays of one length. They may depend on inputs that are not in `wrt`, such as indices.
        """
        self.structure = structure
        return structure

    def make_inputs(self, size: str, point: str = "check") -> Inputs:
        """Draw the inputs of a size, seeded from the case's name, the size and the point's name.

        Returns:
            float64 and complex128 arrays (integer and boolean ones stay as they are), C-contiguous, one a parameter.
        Raises:
            InvalidCase: the inputs function fails, misses a parameter, or makes a NaN, or away from kinks an infinity.
        """
        seed = hashlib.sha256(f"{self.name}[{size}]@{point}".encode()).digest()
        rng = np.random.default_rng(np.frombuffer(seed, dtype=np.uint32))
        if size not in self.all_sizes:
            raise InvalidCase(f"{self.where}: has no size {size!r}; it has {', '.join(self.all_sizes)}")
        return self.draw_inputs(rng, size, self.all_sizes[size])

    def draw_inputs(self, rng: np.random.Generator, size: str, options: Mapping[str, Any]) -> Inputs:
        """The inputs of a size that need not be among the case's own, from its keyword arguments.

        Raises:
            InvalidCase: as for `make_inputs`.
        """
        if self._inputs is None:
            raise InvalidCase(f"{self.where}: has no inputs function (decorate one with @{self._short}.inputs)")
        try:
            drawn = {name: np.asarray(x) for name, x in self._inputs(rng, **options).items()}
        except Exception as error:
            raise InvalidCase(f"{self.where}: cannot make the inputs of size {size!r}: {error}") from error
        if set(drawn) != set(self.parameters):
            raise InvalidCase(
                f"{self.where}: the inputs function gives {sorted(drawn)}, the function takes {sorted(self.parameters)}"
            )
        return {name: self._checked(name, drawn[name]) for name in self.parameters}

    def at(self, dtype: str, **inputs: Any) -> Case:
        """The same function at one point, as a case of the family `found` that makes sense in one dtype.

        Its name tells the point apart from others of the case, and does not depend on the file that it stands in.
        """
        point = {name: np.asarray(inputs[name]) for name in self.parameters}
        content = repr([(name, x.dtype.str, x.shape, x.tobytes()) for name, x in point.items()])
        return replace(
            self,
            name=f"found.{self._short}_{hashlib.sha256(content.encode()).hexdigest()[:6]}",
            sizes={"found": {}},
            timed=(),
            published={},
            dtypes=(dtype,),
            bench=False,
            admissible_sets={},
            smooth_directions=[],
            _inputs=lambda rng: {name: x.copy() for name, x in point.items()},
        )

    def _checked(self, name: str, array: np.ndarray) -> np.ndarray:
        if array.dtype.kind not in "fiubc":
            raise InvalidCase(f"{self.where}: input {name} has dtype {array.dtype}, expected numbers or booleans")
        if array.dtype.kind in "iub" and name not in self.wrt:
            return np.ascontiguousarray(array) if array.ndim else array
        array = np.asarray(array, dtype=np.complex128 if array.dtype.kind == "c" else np.float64)
        refused = np.isnan(array) if self.admissible_sets else ~np.isfinite(array)
        if refused.any():
            entry = tuple(int(i) for i in np.argwhere(refused)[0])
            raise InvalidCase(f"{self.where}: input {name}{list(entry)} is {array[entry]}; inputs must be finite")
        return np.ascontiguousarray(array) if array.ndim else array

    def output_shape(self, inputs: Inputs) -> tuple[int, ...]:
        """Shape of the output for these inputs."""
        return self.output_like(inputs).shape

    def output_like(self, inputs: Inputs) -> np.ndarray:
        """Zeros of the output's shape, complex128 or float64, evaluating it in plain NumPy, or else in the oracle.

        Raises:
            InvalidCase: the function fails.
            Unsupported: it uses a name that neither has.
        """
        from adbench import plain  # only here, so that a case file needs no engine
        from adbench.oracle.evaluate import constant_output

        try:
            with np.errstate(all="ignore"):
                y = self.function(plain.NAMESPACE, **inputs)
        except Unsupported:  # NumPy has few of the special functions
            y = constant_output(self, inputs)
        except AdbenchError:
            raise
        except Exception as error:
            raise InvalidCase(f"{self.where}: {describe(error)}") from error
        return np.zeros(np.shape(y), dtype=np.complex128 if np.iscomplexobj(y) else np.float64)

    def jacobian_entries(self, size: str) -> int:
        """Number of entries of the real Jacobians by all inputs of `wrt` together."""
        inputs = self.make_inputs(size)
        try:
            outputs = math.prod(real_shape(self.output_like(inputs)))
        except Unsupported:  # nobody can evaluate it; who asks for its truth is told
            outputs = 1
        return outputs * sum(math.prod(real_shape(inputs[name])) for name in self.wrt)

    def takes(self, operator: str) -> bool:
        """Whether an operator is taken of it at all: compressed Jacobians are, if their structure is declared."""
        return operator != "jacsparse" or self.structure is not None

    def has_hessian(self, inputs: Inputs) -> bool:
        """Whether whole Hessians are taken: of a real scalar function of few entries."""
        by = [inputs[name] for name in self.wrt]
        if any(map(is_complex, by)) or sum(x.size for x in by) > HESSIAN_ENTRIES:
            return False
        like = self.output_like(inputs)
        return like.shape == () and not is_complex(like)

    @property
    def where(self) -> str:
        """The case and its place, for messages: `regression.ridge (regression.py:12)`."""
        return f"{self.name} ({Path(self.path).name}:{self.line})" if self.path else self.name

    @property
    def _short(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def formula(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]


def defined_by(module: str) -> list[Case]:
    """The cases of a file, or of the files of a folder, by the module's name."""
    files = (name for name in DEFINED if name == module or name.startswith(f"{module}."))
    return [made for name in files for made in DEFINED[name]]


DEFINED: dict[str, list[Case]] = {}  # the cases of each module, by its name, in order


def case(
    *,
    wrt: Iterable[str],
    sizes: Mapping[str, Mapping[str, Any]] | None = None,
    timed: Iterable[str] = (),
    published: Mapping[str, Mapping[str, Any]] | None = None,
    name: str = "",
    source: str = "",
    dtypes: tuple[str, ...] = DTYPES,
    bench: bool = False,
    shape_only: bool = False,
    tags: Iterable[str] = (),
    domain: Mapping[str, Bounds] | None = None,
    native: Mapping[str, Callable[..., Array]] | None = None,
    tier: str = "",
) -> Callable[[Callable[..., Array]], Case]:
    """Turn a function over `xp` into a `Case` of the family that its file is named after.

    Args:
        wrt: names of the inputs to differentiate with respect to.
        sizes: size name to keyword arguments of the inputs function; default one size, "small", without any.
        name: the function's name in the family; default the Python function's.
        source: note, paper or standard that it comes from.
        timed, published, dtypes, bench, shape_only, tags, domain, native, tier: see `Case`.
    Raises:
        InvalidCase: `wrt` names something that is not a parameter of the function, or nothing; `domain` names
            something that is not one, or bounds between which there is no number; `timed` names no further size,
            or `published` one of `sizes`.
    """

    def attach(function: Callable[..., Array]) -> Case:
        code = inspect.unwrap(function).__code__
        made = Case(
            name=f"{_family(function.__module__)}.{name or function.__name__}",
            function=function,
            wrt=tuple(wrt),
            sizes=sizes or {"small": {}},
            timed=tuple(timed),
            published=published or {},
            source=source,
            dtypes=dtypes,
            bench=bench,
            shape_only=shape_only,
            tags=tuple(tags),
            domain=domain or {},
            native=native or {},
            tier=tier or ("full" if native and native.keys().isdisjoint(SHARED) else "core"),
            path=code.co_filename,
            line=code.co_firstlineno,
        )
        unknown = [n for n in made.wrt if n not in made.parameters]
        if unknown or not made.wrt:
            what = f"wrt names {unknown[0]!r}" if unknown else "wrt is empty"
            raise InvalidCase(f"{made.where}: {what}; the function's inputs are {', '.join(made.parameters)}")
        for named, (low, high) in made.domain.items():
            if named not in made.parameters:
                raise InvalidCase(f"{made.where}: domain names {named!r}; the inputs are {', '.join(made.parameters)}")
            if low is not None and high is not None and low > high:
                raise InvalidCase(f"{made.where}: the domain of {named} is empty, from {low} to {high}")
        for size in made.timed:
            if size not in list(made.sizes)[1:]:
                others = ", ".join(list(made.sizes)[1:]) or "none"
                raise InvalidCase(
                    f"{made.where}: timed names {size!r}; its sizes but the first, which is always run, are {others}"
                )
        for size in made.published:
            if size in made.sizes:
                raise InvalidCase(f"{made.where}: published has {size!r}, which is in sizes")
        return register(made, function.__module__)

    return attach


def _family(module: str) -> str:
    """Named after the file, or for one of ours that is a folder after that."""
    ours = module.removeprefix("adbench.cases.")
    return ours.partition(".")[0] if ours != module else module.rpartition(".")[2]


def register(made: Case, module: str) -> Case:
    """Let a module define a case; `@case` does it for its own."""
    DEFINED.setdefault(module, []).append(made)
    return made
