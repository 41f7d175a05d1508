"""What a library must offer to be tested, and what is derived for it where it offers less."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Any, ClassVar

import numpy as np

from adbench.case import Array, Case
from adbench.errors import Unsupported
from adbench.namespace import Namespace

FIRST_ORDER = ("jvp", "vjp", "jacfwd", "jacrev")
# `hvp` is forward over reverse mode; the last three are the other nestings, the outer mode named first.
SECOND_ORDER = ("hvp", "hessian", "revrev", "revfwd", "fwdfwd")
# `jacsparse` is of cases that declare the structure of their Jacobian.
OPERATORS = (*FIRST_ORDER, "jacsparse", *SECOND_ORDER)
ALONE = ("primal", "jacfwd", "jacrev", "hessian")  # called without a tangent or a cotangent
# Kinds of complex functions of which a library's own Jacobian, one number a pair of entries, may hold all there is.
REAL_TO_COMPLEX, COMPLEX_TO_REAL, HOLOMORPHIC = "real to complex", "complex to real", "holomorphic"
WHOLE = "any"  # of an adapter that gives the real Jacobian over (Re, Im), as `adbench.parts` has it
Function = Callable[..., Array]


class Backend:
    """One configuration of one library. An adapter subclasses it and calls the library as its users do.

    Attributes:
        name: `library` or `library:configuration`.
        distribution: the distribution whose version is reported.
        default: whether a bare run includes it.
        namespace: the `xp` that cases are run with.
        apis: by name, the library's own API as its users import it, for the functions of `Case.native`: under
            `numpy` and `scipy` what follows theirs, under the library's name the library itself.
        device: where arrays are made; `use` sets it.
        layouts: by name, what gives the same array otherwise laid out in memory; see `adbench.layouts`.
        conjugates: whether its pullbacks take and give the conjugates of ∂/∂Re + i ∂/∂Im: f'ᵀ ȳ, not conj(f')ᵀ ȳ,
            of a holomorphic f.
        complex_jacobians: `jacfwd` and `jacrev` to the kinds of complex functions whose whole Jacobian the adapter's
            own gives, each with how users ask for it. Other Jacobians are made of `jvp` and `vjp`.
    """

    name: ClassVar[str]
    distribution: ClassVar[str]
    default: ClassVar[bool] = True
    namespace: Namespace
    apis: ClassVar[Mapping[str, Namespace]] = {}
    device: str = "cpu"
    layouts: ClassVar[Mapping[str, Callable[[Array], Array]]] = {}
    conjugates: ClassVar[bool] = False
    complex_jacobians: ClassVar[Mapping[str, Mapping[str, str]]] = {}

    def version(self) -> str:
        """The library's version."""
        from importlib.metadata import version

        return version(self.distribution)

    def devices(self) -> tuple[str, ...]:
        """Names of the devices that can be asked for."""
        return ("cpu",)

    def use(self, device: str) -> None:
        """Make arrays there from now on, also those that a case makes of nothing.

        Raises:
            Unsupported: the library has no such device here.
        """
        if device != self.device and device not in (there := self.devices()):
            raise Unsupported(f"{self.name} has no device {device} here; it has {' and '.join(there)}")
        self.device = device

    def asarray(self, x: np.ndarray, device: str = "cpu") -> Array:
        """The library's array with the values and dtype of `x`."""
        raise NotImplementedError

    def to_numpy(self, x: Array) -> np.ndarray:
        """A NumPy array with the values and dtype of `x`."""
        return np.asarray(x)

    def synchronize(self, result: Any) -> None:
        """Return when `result` has been computed, wherever it is; libraries that compute at once need nothing."""

    def bind(self, case: Case, constants: dict[str, Array], wrt: Sequence[str]) -> Function:
        """The case as a function of the arrays named in `wrt`, the others closed over."""
        function = self.function(case)
        if case.parameters[: len(wrt)] == tuple(wrt):
            return partial(function.func, *function.args, **constants)
        return lambda *primals: function(**constants, **dict(zip(wrt, primals, strict=True)))

    def function(self, case: Case) -> partial[Array]:
        """What is differentiated, of all inputs by name: the case's function over `xp`, or the library's own.

        Raises:
            Unsupported: the case is of APIs that this backend does not offer.
        """
        if not case.native:
            return partial(case.function, self.namespace)
        for api, function in case.native.items():
            if api in self.apis:
                return partial(function, self.apis[api])
        raise Unsupported(f"{self.name} does not offer the API of {' or '.join(case.native)}")

    def jvp(self, f: Function, primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> tuple[Array, Array]:
        """f(x) and its derivative along the tangents."""
        raise Unsupported(f"{self.name} has no forward mode")

    def vjp(self, f: Function, primals: tuple[Array, ...]) -> tuple[Array, Callable[[Array], Sequence[Array]]]:
        """f(x) and the pullback of a cotangent to each primal."""
        raise Unsupported(f"{self.name} has no reverse mode")

    def jacfwd(self, f: Function, primal: Array) -> Array:
        """The Jacobian, shape f(x).shape + x.shape, by forward mode; a column a pass unless native."""
        x = self.to_numpy(primal)
        basis = np.eye(x.size, dtype=x.dtype).reshape((x.size, *x.shape))
        columns = [self.to_numpy(self.jvp(f, (primal,), (self.asarray(e, self.device),))[1]) for e in basis]
        if not columns:
            shape = self.to_numpy(f(primal)).shape
            return np.zeros(shape + x.shape, dtype=x.dtype)
        return np.stack(columns, axis=-1).reshape(columns[0].shape + x.shape)

    def jacrev(self, f: Function, primal: Array) -> Array:
        """The Jacobian, shape f(x).shape + x.shape, by reverse mode; a row a pass unless native."""
        y, pullback = self.vjp(f, (primal,))
        value, x = self.to_numpy(y), self.to_numpy(primal)
        basis = np.eye(value.size, dtype=value.dtype).reshape((value.size, *value.shape))
        rows = [self.to_numpy(pullback(self.asarray(e, self.device))[0]) for e in basis]
        return np.array(rows, dtype=rows[0].dtype if rows else x.dtype).reshape(value.shape + x.shape)

    def jacsparse(self, f: Function, primals: tuple[Array, ...], seeds: Any) -> Any:
        """The Jacobian by all primals compressed: along a direction a colour, by forward or by reverse mode.

        Args:
            seeds: a tuple of tangents, each of shape (colours, *primal.shape); or cotangents, (colours, *f(x).shape).
        Returns:
            Of tangents, what an array of shape (colours, *f(x).shape) holds; of cotangents a tuple, for each primal
            what one of shape (colours, *primal.shape) does. A list of arrays may stand for an array.
        """
        if isinstance(seeds, tuple):
            return self.mapped(lambda *tangents: self.jvp(f, primals, tangents)[1], seeds)
        _, pullback = self.vjp(f, primals)
        return self.mapped(lambda y_bar: tuple(pullback(y_bar)), (seeds,))

    def mapped(self, g: Callable[..., Any], seeds: tuple[Array, ...]) -> Any:
        """g along the first axis of the seeds: all at once by the library's `vmap`, or else one after the other."""
        if type(self).vmap is not Backend.vmap:
            return self.vmap(g)(*seeds)
        made = [g(*(seed[i] for seed in seeds)) for i in range(seeds[0].shape[0])]
        return tuple(zip(*made, strict=True)) if isinstance(made[0], tuple) else made

    def hvp(self, f: Function, primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> Sequence[Array]:
        """The Hessian of a scalar function times the tangents, an array a primal: forward over reverse mode."""
        products: Sequence[Array] = self.jvp(self._gradient(f), primals, tangents)[1]
        return products

    def revrev(self, f: Function, primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> Sequence[Array]:
        """The same by reverse over reverse mode: the gradient pulled back."""
        return self.vjp(self._gradient(f), primals)[1](tangents)

    def revfwd(self, f: Function, primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> Sequence[Array]:
        """The same by reverse over forward mode: the gradient of the derivative along the tangents."""
        return self._gradient(self._slope(f, tangents))(*primals)

    def fwdfwd(self, f: Function, primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> Array:
        """The second derivative along the tangents, by forward over forward mode."""
        return self.jvp(self._slope(f, tangents), primals, tangents)[1]

    def hessian(self, f: Function, primal: Array) -> Array:
        """The Hessian of a scalar function of one array, shape x.shape + x.shape; a product a column unless native."""
        x = self.to_numpy(primal)
        basis = np.eye(x.size, dtype=x.dtype).reshape((x.size, *x.shape))
        columns = [self.to_numpy(self.hvp(f, (primal,), (self.asarray(e, self.device),))[0]) for e in basis]
        return np.array(columns, dtype=x.dtype).reshape(x.shape * 2)

    def _gradient(self, f: Function) -> Callable[..., Sequence[Array]]:
        def gradient(*primals: Array) -> Sequence[Array]:
            y, pullback = self.vjp(f, primals)
            return pullback(self.namespace.ones_like(y))

        return gradient

    def _slope(self, f: Function, tangents: tuple[Array, ...]) -> Function:
        return lambda *primals: self.jvp(f, primals, tangents)[1]

    def is_native(self, operator: str) -> bool:
        """Whether the library itself offers the operator."""
        return getattr(type(self), operator) is not getattr(Backend, operator)

    def prepare(self, operator: str, f: Function, primals: tuple[Array, ...]) -> Callable[..., Any]:
        """A call to repeat: whatever can be done once, such as compiling, is done here or in its first call.

        Returns:
            For `primal`: `call(primals) -> y`. For `jvp`: `call(primals, tangents) -> (y, y_dot)`.
            For `vjp`: `call(primals, y_bar) -> (y, x_bars)`. For `jacfwd`, `jacrev` and `hessian`, of one primal:
            `call(primals) -> J`. For the products with a Hessian: `call(primals, tangents) -> products`.
            For `jacsparse`: `call(primals, seeds) -> compressed J`.
        """
        return self._eager(operator, f)

    def prepare_batch(self, operator: str, f: Function, *batch: Any) -> Callable[..., Any]:
        """A call as `prepare` gives, of the batches of its arguments; these are an example, to compile it for."""
        return self.compiled(self.vmap(self._eager(operator, f)), *batch)

    def vmap(self, f: Callable[..., Any]) -> Callable[..., Any]:
        """`f` of every example of a batch, which lie along the first axes of the arrays that `f` takes and gives."""
        raise Unsupported(f"{self.name} has no vmap")

    def compiled(self, call: Callable[..., Any], *example: Any) -> Callable[..., Any]:
        """The call as this configuration runs it, compiled for arguments like these or as it is."""
        return call

    def _eager(self, operator: str, f: Function) -> Callable[..., Any]:
        return partial(getattr(self, f"_{operator}_call", None) or getattr(self, operator), f)

    def counters(self, operator: str, f: Function, primals: tuple[Array, ...], *seeds: Any) -> dict[str, int]:
        """What a call does that depends on no machine, by name; of what is compiled, what is done to trace it.

        `primal_calls` says how often the call runs `f`; adapters add what their libraries record or compile.

        Args:
            operator, f, primals: as for `prepare`.
            seeds: what the prepared call takes beside the primals.
        """
        calls = 0

        @wraps(f)
        def counted(*xs: Array) -> Array:
            nonlocal calls
            calls += 1
            return f(*xs)

        more = self._counts(operator, counted, primals, *seeds)
        return {"primal_calls": calls, **more}

    def _counts(self, operator: str, f: Function, primals: tuple[Array, ...], *seeds: Any) -> dict[str, int]:
        """Make the call once, by `f`, and tell what there is to tell beside the calls of `f`."""
        self._eager(operator, f)(primals, *seeds)
        return {}

    def _primal_call(self, f: Function, primals: tuple[Array, ...]) -> Array:
        return f(*primals)

    def _jvp_call(self, f: Function, primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> tuple[Array, Array]:
        return self.jvp(f, primals, tangents)

    def _vjp_call(self, f: Function, primals: tuple[Array, ...], y_bar: Array) -> tuple[Array, Sequence[Array]]:
        y, pullback = self.vjp(f, primals)
        return y, pullback(y_bar)

    def _jacfwd_call(self, f: Function, primals: tuple[Array, ...]) -> Array:
        return self.jacfwd(f, *primals)

    def _jacrev_call(self, f: Function, primals: tuple[Array, ...]) -> Array:
        return self.jacrev(f, *primals)

    def _hessian_call(self, f: Function, primals: tuple[Array, ...]) -> Array:
        return self.hessian(f, *primals)
