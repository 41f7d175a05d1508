"""The adapters: arrays come and go unchanged, both modes are right, and a supplied rule is really used."""

import importlib
import signal
import subprocess
import sys
import sysconfig
import threading
from dataclasses import replace

import numpy as np
import pytest
from fakes import small

from adbench import registry
from adbench.backend import ALONE, OPERATORS, Backend
from adbench.errors import BackendNotInstalled, Unsupported

# torch's forward mode decomposes functions by torch.jit, which torch itself has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")

LIBRARIES = ["numpy", "torch", "jax", "jax:jit", "autograd"]
ALL = [*LIBRARIES, "torch:compile", "manual", "finite"]
DTYPES = ["float64", "float32"]


def load(name):
    try:
        return registry.load_backend(name)
    except BackendNotInstalled as error:
        pytest.skip(str(error))


@pytest.fixture(params=LIBRARIES)
def backend(request):
    return load(request.param)


@pytest.fixture(params=ALL)
def any_backend(request):
    return load(request.param)


def test_the_adapter_has_the_name_it_is_known_by(any_backend, request):
    assert any_backend.name == request.node.callspec.params["any_backend"]
    assert any_backend.version()
    assert "cpu" in any_backend.devices()


ARRAYS = [
    np.array([1.5, -0.0, 5e-324, np.inf, np.nan]),
    np.array([1.5, -0.0, 1e-45, np.inf, np.nan], dtype=np.float32),
    np.array(0.1),
    np.array(0.1, dtype=np.float32),
    np.arange(6.0).reshape(2, 3).T,
    np.empty((0, 3), dtype=np.float32),
    np.array([1, -2, 2**40]),
    np.array([True, False]),
]


@pytest.mark.parametrize("x", ARRAYS, ids=lambda x: f"{x.dtype}{x.shape}")
def test_an_array_comes_back_with_its_bits(any_backend, x):
    back = any_backend.to_numpy(any_backend.asarray(x))
    assert isinstance(back, np.ndarray)
    assert (back.dtype, back.shape) == (x.dtype, x.shape)
    assert back.tobytes() == x.tobytes()


def test_the_librarys_array_is_a_copy(any_backend):
    x = np.ones(3)
    made = any_backend.asarray(x)
    x[:] = 0
    np.testing.assert_array_equal(any_backend.to_numpy(made), 1.0)


def test_an_array_that_must_not_be_written_is_taken(any_backend):
    x = np.ones(3)
    x.flags.writeable = False
    np.testing.assert_array_equal(any_backend.to_numpy(any_backend.asarray(x)), 1.0)


# f(x, y) = sin(x) y, x (3,), y ()


def arrays(backend, dtype):
    """x, y, a tangent of each, and a cotangent: in NumPy and as the backend's own."""
    given = [[0.1, 0.7, 1.3], 2.0, [1.0, -2.0, 0.5], 3.0, [1.0, 2.0, 4.0]]
    plain = [np.array(x, dtype=dtype) for x in given]
    return plain, [backend.asarray(x) for x in plain]


def sine(backend):
    return lambda x, y: backend.namespace.sin(x) * y


def near(backend, got, expected, dtype):
    got = backend.to_numpy(got)
    assert got.dtype == dtype
    assert got.shape == np.shape(expected)
    np.testing.assert_allclose(got, expected, rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
def test_forward_mode(backend, dtype):
    (x, y, x_dot, y_dot, _), (bx, by, bx_dot, by_dot, _) = arrays(backend, dtype)
    value, dot = backend.jvp(sine(backend), (bx, by), (bx_dot, by_dot))
    near(backend, value, np.sin(x) * y, dtype)
    near(backend, dot, np.cos(x) * y * x_dot + np.sin(x) * y_dot, dtype)


def test_layouts_change_no_entry(any_backend):
    given = [np.arange(6.0).reshape(2, 3), np.array(1.5), np.array([True, False]), np.arange(3)]
    for name, layout in any_backend.layouts.items():
        for x in given:
            back = any_backend.to_numpy(layout(any_backend.asarray(x)))
            assert (back.dtype, back.shape) == (x.dtype, x.shape), name
            np.testing.assert_array_equal(back, x)


def test_torchs_strided_layout_has_steps():
    torch = load("torch")
    assert torch.layouts["strided"](torch.asarray(np.ones((2, 3)))).stride() == (2, 8)


def test_a_batch_has_the_answers_of_its_examples(backend):
    x, x_dot = np.array([[0.1, 0.7], [1.3, 2.0]]), np.array([[1.0, -2.0], [0.5, 3.0]])
    batch = (backend.asarray(x),), (backend.asarray(x_dot),)
    if backend.name == "autograd":
        with pytest.raises(Unsupported, match="autograd has no vmap"):
            backend.prepare_batch("jvp", backend.namespace.sin, *batch)
        return
    y, y_dot = backend.prepare_batch("jvp", backend.namespace.sin, *batch)(*batch)
    near(backend, y, np.sin(x), "float64")
    near(backend, y_dot, np.cos(x) * x_dot, "float64")


@pytest.mark.parametrize("dtype", DTYPES)
def test_reverse_mode(backend, dtype):
    (x, y, _, _, z_bar), (bx, by, _, _, bz_bar) = arrays(backend, dtype)
    value, pullback = backend.vjp(sine(backend), (bx, by))
    x_bar, y_bar = pullback(bz_bar)
    near(backend, value, np.sin(x) * y, dtype)
    near(backend, x_bar, np.cos(x) * y * z_bar, dtype)
    near(backend, y_bar, np.sum(np.sin(x) * z_bar), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("operator", ["jacfwd", "jacrev"])
def test_jacobians_native_and_derived(backend, operator, dtype):
    (x, y, *_), (bx, by, *_) = arrays(backend, dtype)
    for jacobian in (getattr(type(backend), operator), getattr(Backend, operator)):
        got = jacobian(backend, lambda x: sine(backend)(x, by), bx)
        got = backend.asarray(got) if isinstance(got, np.ndarray) else got
        near(backend, got, np.diag(np.cos(x) * y), dtype)


def test_several_directions_at_once(backend):
    """Tangents and cotangents as `jacsparse` has them, along a first axis."""
    (x, y, *_), (bx, by, *_) = arrays(backend, "float64")
    seeds = np.array([[1.0, 1.0, 1.0], [1.0, 2.0, 3.0]])
    batch, zeros = backend.asarray(seeds), backend.asarray(np.zeros(2))
    along = backend.jacsparse(sine(backend), (bx, by), (batch, zeros))
    x_bars, y_bars = backend.jacsparse(sine(backend), (bx, by), batch)
    for i, seed in enumerate(seeds):
        near(backend, along[i], np.cos(x) * y * seed, "float64")
        near(backend, x_bars[i], np.cos(x) * y * seed, "float64")
        near(backend, y_bars[i], np.sum(np.sin(x) * seed), "float64")


STANDARD = {  # keywords of the standard that a library spells otherwise, and what NumPy makes of them
    "var": lambda xp, x: xp.var(x, axis=-1, correction=0.5, keepdims=True),
    "std": lambda xp, x: xp.std(x, correction=1),
    "flip": lambda xp, x: xp.flip(x, axis=(0, -1)),
    "flip_all": lambda xp, x: xp.flip(x),
    "take": lambda xp, x: xp.take(x, xp.asarray([2, 0], dtype=xp.int64), axis=-1),
    "cumulative_sum": lambda xp, x: xp.cumulative_sum(x, axis=1),
    "trace": lambda xp, x: xp.linalg.trace(x, offset=1),
    "vector_norm": lambda xp, x: xp.linalg.vector_norm(x, axis=0, keepdims=True, ord=3),
}


@pytest.mark.parametrize("name", STANDARD)
def test_keywords_of_the_standard(backend, name):
    x = np.array([[0.3, -1.2, 0.7], [2.0, 0.1, -0.5]])
    got = backend.to_numpy(STANDARD[name](backend.namespace, backend.asarray(x)))
    np.testing.assert_allclose(got, STANDARD[name](np, x), rtol=1e-14, strict=True)


@pytest.mark.parametrize("options", [{}, {"axis": 0}, {"axis": (0, 1), "keepdims": True}])
def test_logsumexp_takes_any_axes(backend, options):
    x = np.array([[0.3, -1.2, 0.7], [2.0, 0.1, -0.5]])
    got = backend.to_numpy(backend.namespace.special.logsumexp(backend.asarray(x), **options))
    np.testing.assert_allclose(got, np.log(np.sum(np.exp(x), **options)), rtol=1e-14, strict=True)


@pytest.mark.parametrize(
    ("operator", "f", "named"),
    [
        ("jacrev", lambda torch, x: torch.floor_divide(x, 2.0), "aten::floor_divide is not implemented"),
        ("jacfwd", lambda torch, x: torch.unsafe_split_with_sizes(x, [1, 2])[0], "aten::unsafe_split_with_sizes"),
    ],
)
def test_what_torch_has_no_rule_for_is_unsupported_by_name(operator, f, named):
    torch = load("torch")
    x = torch.asarray(np.ones(3))
    with pytest.raises(Unsupported, match=named):
        torch.prepare(operator, lambda x: f(torch.apis["torch"], x), (x,))((x,))


def test_other_errors_of_torch_stay_what_they_are():
    torch = load("torch")
    x = torch.asarray(np.ones(3))
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        torch.prepare("jacrev", lambda x: x.exp().mul_(2) * 1, (x,))((x,))


@pytest.mark.parametrize("operator", OPERATORS)
def test_torch_has_no_negative_steps(operator):
    torch = load("torch")
    x = torch.asarray(np.ones(3))
    seeds = {"vjp": (x,), "jacsparse": ((x[None],),)}.get(operator, () if operator in ALONE else ((x,),))
    with pytest.raises(Unsupported, match="negative steps"):
        torch.prepare(operator, lambda x: x[::-1], (x,))((x,), *seeds)


def test_autograd_says_what_its_rules_refuse():
    autograd = load("autograd")
    x = autograd.asarray(np.ones((3, 3)))
    with pytest.raises(Unsupported, match="include_initial"):
        autograd.namespace.cumulative_sum(x, axis=0, include_initial=True)
    with pytest.raises(Unsupported, match="over two axes"):
        autograd.namespace.linalg.vector_norm(x, axis=(0, 1))
    _, pullback = autograd.vjp(lambda x: autograd.namespace.linalg.diagonal(x, offset=1), (x,))
    with pytest.raises(Unsupported, match="offset=0"):
        pullback(np.ones(2))


REFUSED_BY_JAX = {
    "zeta": ("jvp", "rule for 'zeta' not implemented", lambda jax, x: jax.lax.zeta(x + 2, x)),
    "while_loop": ("vjp", "while_loop", lambda jax, x: jax.lax.while_loop(lambda c: c.sum() < 9.0, lambda c: 2 * c, x)),
    "custom_vjp": ("jvp", "custom_vjp", lambda jax, x: jax.custom_gradient(lambda x: (x, lambda x_bar: x_bar))(x)),
    "callback": ("vjp", "callbacks do not support JVP", lambda jax, x: jax.pure_callback(lambda x: x, x, x)),
}


@pytest.mark.parametrize("name", REFUSED_BY_JAX)
@pytest.mark.parametrize("configuration", ["jax", "jax:jit"])
def test_jax_says_what_its_rules_refuse(name, configuration):
    operator, message, f = REFUSED_BY_JAX[name]
    backend = load(configuration)
    x = backend.asarray(np.ones(3))
    with pytest.raises(Unsupported, match=f"jax: .*{message}"):
        backend.prepare(operator, lambda x: f(backend.apis["jax"], x), (x,))((x,), {"jvp": (x,), "vjp": x}[operator])


def test_what_jax_does_not_refuse_in_these_words_stays_an_error():
    backend = load("jax")
    x = backend.asarray(np.ones(3))
    with pytest.raises(TypeError, match="incompatible shapes"):
        backend.prepare("jvp", lambda x: backend.namespace.add(x, np.ones(2)), (x,))((x,), (x,))


ALL = ("jvp", "vjp", "jacfwd", "jacrev", "hessian")
NATIVE = {
    "numpy": (*ALL, "hvp"),
    "numpy:compiled": (*ALL, "hvp"),
    "autograd": ("jvp", "vjp", "jacrev", "hessian"),
    "manual": ("jvp", "vjp", "jacfwd", "jacrev"),
    "finite": ("jvp",),
}


def test_native_is_what_the_library_has(any_backend):
    assert {o for o in OPERATORS if any_backend.is_native(o)} == set(NATIVE.get(any_backend.name, ALL))


@pytest.mark.parametrize("operator", ["primal", "jvp", "vjp", "jacrev"])
def test_a_prepared_call_is_right_at_another_point(backend, operator):
    here, there, seed = (backend.asarray(np.array([a, 2 * a])) for a in (0.3, 0.9, 1.0))
    call = backend.prepare(operator, lambda x: backend.namespace.sin(x), (here,))
    seeds = {"jvp": ((seed,),), "vjp": (seed,)}.get(operator, ())
    answer = call((there,), *seeds)
    backend.synchronize(answer)
    x, u = np.array([0.9, 1.8]), np.array([1.0, 2.0])
    got, expected = {
        "primal": lambda: (answer, np.sin(x)),
        "jvp": lambda: (answer[1], np.cos(x) * u),
        "vjp": lambda: (answer[1][0], np.cos(x) * u),
        "jacrev": lambda: (answer, np.diag(np.cos(x))),
    }[operator]()
    near(backend, got, expected, "float64")


# A rule of one's own


def twice_the_truth(backend):
    """sin with rules that are planted wrong by a factor of 2, so that they show."""
    xp = backend.namespace
    return xp.ad.custom_vjp(
        lambda x: xp.sin(x),
        lambda y_bar, y, x: 2 * y_bar * xp.cos(x),
        lambda x_dot, y, x: 2 * x_dot * xp.cos(x),
    )


def test_a_supplied_rule_is_used_in_both_modes(backend):
    x = np.array([0.3, 0.9])
    bx, seed, f = backend.asarray(x), backend.asarray(np.ones(2)), twice_the_truth(backend)
    value, y_dot = backend.jvp(f, (bx,), (seed,))
    near(backend, value, np.sin(x), "float64")
    near(backend, y_dot, 2 * np.cos(x), "float64")
    value, pullback = backend.vjp(f, (bx,))
    near(backend, value, np.sin(x), "float64")
    near(backend, pullback(seed)[0], 2 * np.cos(x), "float64")


def test_a_rule_of_reverse_mode_alone_is_used(backend):
    x, xp = np.array([0.3, 0.9]), backend.namespace
    f = xp.ad.custom_vjp(lambda x: xp.sin(x), lambda y_bar, y, x: 2 * y_bar * xp.cos(x))
    _, pullback = backend.vjp(lambda x: 3 * f(x), (backend.asarray(x),))
    near(backend, pullback(backend.asarray(np.ones(2)))[0], 6 * np.cos(x), "float64")


def test_a_rule_of_two_inputs_gives_each_its_own(backend):
    xp, ones = backend.namespace, backend.asarray(np.ones(2))
    f = xp.ad.custom_vjp(lambda x, y: x * y, lambda z_bar, z, x, y: (5 * z_bar, 7 * z_bar))
    _, pullback = backend.vjp(f, (ones, 2 * ones))
    assert [backend.to_numpy(b).tolist() for b in pullback(ones)] == [[5.0, 5.0], [7.0, 7.0]]


# Names


@pytest.mark.parametrize("path", ["nothing", "fft.nothing", "linalg.nothing", "special.nothing", "ad.nothing"])
def test_a_name_that_the_library_lacks_is_unsupported_by_name(any_backend, path):
    *inside, name = path.split(".")
    namespace = any_backend.namespace
    for part in inside:
        namespace = getattr(namespace, part)
    with pytest.raises(Unsupported, match=rf"has no {name}$"):
        getattr(namespace, name)


def test_a_rule_that_autograd_lacks_is_unsupported_by_name():
    backend = load("autograd")
    x = np.ones(2)
    for mode in (lambda f: backend.jvp(f, (x,), (x,)), lambda f: backend.vjp(f, (x,))):
        with pytest.raises(Unsupported, match=r"^autograd: .*nextafter"):
            mode(lambda x: backend.namespace.nextafter(x, 2.0))


def test_finite_has_no_reverse_mode_and_manual_no_derivative_without_a_closed_form():
    with pytest.raises(Unsupported, match="finite has no reverse mode"):
        load("finite").vjp(None, ())
    manual = load("manual")
    bare = replace(small.far, jacobians={})
    with pytest.raises(Unsupported, match=r"small\.far has no closed form for x"):
        manual.jacrev(manual.bind(bare, {}, ("x",)), np.array(1.0))


@pytest.mark.parametrize(
    ("backend", "name", "value", "slope"),
    [
        ("torch", "log_expit", -0.9740769841801067, 0.6224593312018546),
        ("jax", "log_expit", -0.9740769841801067, 0.6224593312018546),
        ("jax", "sinc", 0.6366197723675814, 1.2732395447351628),
        ("autograd", "sinc", 0.6366197723675814, 1.2732395447351628),
    ],
)
def test_special_functions_by_scipys_names(backend, name, value, slope):
    """log σ(−1/2) and sinc(−1/2) = 2/π, with slopes σ(1/2) and 4/π."""
    made = load(backend)
    x = made.asarray(np.array([-0.5]))
    y, pullback = made.vjp(getattr(made.namespace.special, name), (x,))
    (x_bar,) = pullback(made.asarray(np.ones(1)))
    np.testing.assert_allclose(made.to_numpy(y), value, rtol=1e-14)
    np.testing.assert_allclose(made.to_numpy(x_bar), slope, rtol=1e-14)


def test_a_function_that_torch_cannot_differentiate_is_unsupported():
    torch = load("torch")
    x = torch.asarray(np.array([2.5, 2.0]))
    y, pullback = torch.vjp(torch.namespace.special.zeta, (x, x))
    with pytest.raises(Unsupported, match=r"torch: the derivative for 'zeta' is not implemented"):
        pullback(y)
    with pytest.raises(Unsupported, match=r"torch: .*forward AD with special_zeta"):
        torch.jvp(torch.namespace.special.zeta, (x, x), (x, x))


def test_torchs_bessel_functions_have_scipys_names():
    special = load("torch").namespace.special
    assert float(special.j0(load("torch").asarray(np.array(2.0)))) == pytest.approx(0.2238907791412357, rel=1e-12)
    assert float(special.k0e(load("torch").asarray(np.array(2.0)))) == pytest.approx(0.8415682150707712, rel=1e-12)


# Devices


def test_a_device_that_is_not_there_is_unsupported(any_backend):
    any_backend.use("cpu")
    with pytest.raises(Unsupported, match=rf"^{any_backend.name} has no device moon here; it has cpu"):
        any_backend.use("moon")
    assert any_backend.device == "cpu"


def test_torch_makes_arrays_of_nothing_on_the_device(monkeypatch):
    torch = load("torch")
    monkeypatch.setattr(type(torch), "devices", lambda self: ("cpu", "meta"))
    torch.use("meta")  # shapes without values: a device that every machine has
    xp = torch.namespace
    made = [xp.eye(2), xp.zeros(2), xp.ones((2, 3)), xp.full((), 3.0), xp.arange(1, 3), xp.linspace(0.0, 1.0, 3)]
    assert {x.device.type for x in made} == {"meta"}
    x = torch.asarray(np.ones(3), "meta")
    _, (x_bar,) = torch.prepare("vjp", lambda x: x * xp.ones(3), (x,))((x,), x)
    assert x_bar.device.type == "meta"
    torch.use("cpu")
    assert torch.namespace.eye(2).device.type == "cpu"


# Counters: f(x) = Σ sin(x) x, of which the graph is an input, sin, a product and a sum


def counters(backend, operator):
    xp = backend.namespace
    x, one = (backend.asarray(np.array(a)) for a in ([1.0, 2.0, 3.0], 1.0))
    seeds = {"vjp": (one,), "jvp": ((x,),), "hvp": ((x,),)}.get(operator, ())
    return backend.counters(operator, lambda x: xp.sum(xp.sin(x) * x), (x,), *seeds)


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("numpy", {"primal": {"tape_nodes": 0}, "jvp": {"tape_nodes": 0}, "vjp": {"tape_nodes": 4}}),
        ("torch", {"primal": {"graph_nodes": 0}, "jvp": {"graph_nodes": 0}, "vjp": {"graph_nodes": 4}}),
        # of autograd's four, one takes x out of the tuple of arguments
        ("autograd", {"primal": {"graph_nodes": 0}, "jvp": {"graph_nodes": 0}, "vjp": {"graph_nodes": 4}}),
        ("jax", {"primal": {"jaxpr_equations": 3}}),
        ("jax:jit", {"primal": {"jaxpr_equations": 3}}),
        # (x,) = primals, t0 = sin(x), t1 = t0 * x, t2 = sum(t1)
        ("numpy:compiled", {"primal": {"statements": 4}}),
        ("finite", {"primal": {}}),
    ],
)
def test_counters_of_a_function_whose_counts_are_known(name, counted):
    backend = load(name)
    for operator, more in counted.items():
        assert counters(backend, operator) == {"primal_calls": 1, **more}
    if name != "finite":
        forward, reverse = counters(backend, "primal"), counters(backend, "vjp")
        assert max(reverse.values()) > max(forward.values())  # the derivative is more than the function


def test_derivatives_by_columns_call_the_function_for_each():
    assert counters(load("finite"), "jvp") == {"primal_calls": 3}
    assert counters(load("finite"), "jacfwd") == {"primal_calls": 9}
    assert counters(load("autograd"), "jacfwd")["primal_calls"] == 3


def test_counting_leaves_nothing_behind():
    from adbench.engine.core import Node

    before = Node.__init__
    with pytest.raises(ZeroDivisionError):
        load("numpy").counters("vjp", lambda x: 1 / 0, (np.ones(2),), np.ones(2))
    assert Node.__init__ is before


def test_a_jaxpr_inside_another_is_counted():
    jax = load("jax")
    import jax as library

    f = library.jit(lambda x: jax.namespace.sin(x) * x)
    assert jax.counters("primal", f, (jax.asarray(np.ones(2)),)) == {"primal_calls": 1, "jaxpr_equations": 3}


# torch.compile


@pytest.fixture
def compiling():
    backend = load("torch:compile")
    lacking = importlib.import_module(type(backend).__module__).missing_for_compiling
    lacking.cache_clear()
    yield backend, lacking
    lacking.cache_clear()


def test_torch_compile_without_a_compiler_is_unsupported(compiling, monkeypatch):
    backend, _ = compiling
    monkeypatch.setenv("CXX", "no-such-compiler -O2")
    with pytest.raises(Unsupported, match=r"^torch\.compile needs a C\+\+ compiler, and there is no no-such"):
        backend.prepare("primal", lambda x: x, ())


def test_torch_compile_without_pythons_headers_is_unsupported(compiling, monkeypatch, tmp_path):
    backend, _ = compiling
    monkeypatch.setenv("CXX", sys.executable)
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    with pytest.raises(Unsupported, match=r"^torch\.compile needs Python's headers"):
        backend.prepare("primal", lambda x: x, ())


@pytest.mark.slow
@pytest.mark.parametrize("operator", ["primal", "vjp", "jvp", "hvp"])
def test_torch_compile_compiles_each_call_once(compiling, operator):
    backend, lacking = compiling
    if lacking():
        pytest.skip(lacking())
    from torch._dynamo.utils import counters as compiled

    xp = backend.namespace
    x, seed = (backend.asarray(np.array(a)) for a in ([0.3, 0.6], [1.0, 2.0]))
    seeds = {"primal": (), "vjp": (backend.asarray(np.array(1.0)),)}.get(operator, ((seed,),))

    def f(x):
        return xp.sum(xp.sin(x) * x)

    call, eager = backend.prepare(operator, f, (x,)), load("torch").prepare(operator, f, (x,))
    compiled.clear()
    first, again = call((x,), *seeds), call((2 * x,), *seeds)
    assert compiled["stats"]["unique_graphs"] == 1
    for got, expected in ((first, eager((x,), *seeds)), (again, eager((2 * x,), *seeds))):
        for a, b in zip(leaves(got), leaves(expected), strict=True):
            np.testing.assert_allclose(backend.to_numpy(a), backend.to_numpy(b), rtol=1e-14)


def leaves(tree):
    return [leaf for part in tree for leaf in leaves(part)] if isinstance(tree, tuple | list) else [tree]


def test_counting_the_nodes_of_a_long_chain_of_torchs_outlives_it():
    backend, steps, counted = load("torch"), 10_000, []

    def chain(x):
        for _ in range(steps):
            x = x / (1 + x)
        return x

    one, before = backend.asarray(np.ones(())), threading.stack_size(1 << 20)  # a smaller stack, a shorter chain
    try:
        thread = threading.Thread(target=lambda: counted.append(backend.counters("vjp", chain, (one,), one)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert counted == [{"primal_calls": 1, "graph_nodes": 2 * steps + 1}]


def test_a_fused_function_that_a_library_lacks_is_unsupported_by_name():
    x, nn = np.array([1.0, -2.0]), {name: load(name).namespace.nn for name in ("autograd", "jax")}
    with pytest.raises(Unsupported, match=r"^jax\.nn has no mse$"):
        nn["jax"].mse(x, x)
    with pytest.raises(Unsupported, match=r"^jax\.nn\.softplus has no beta$"):
        nn["jax"].softplus(x, beta=2.0)
    with pytest.raises(Unsupported, match=r"^autograd has no gelu$"):
        nn["autograd"].gelu(x)
    with pytest.raises(Unsupported, match=r"^autograd: convolve has no stride$"):
        nn["autograd"].conv1d(x[None, None], x[None, None], stride=2)


@pytest.mark.parametrize("name", ["torch", "jax", "autograd"])
def test_fused_functions_have_the_engines_values(name):
    backend, engine = load(name), load("numpy").namespace.nn
    x, weight, bias = (np.random.default_rng(i).standard_normal(s) for i, s in enumerate([(2, 3, 6), (4, 3, 2), (4,)]))
    calls = {"conv1d": ((x, weight, bias), {})}
    if name != "autograd":
        calls |= {
            "conv_transpose1d": ((x, weight.swapaxes(0, 1), bias), {"stride": 2, "padding": 1}),
            "group_norm": ((x, 3), {"eps": 0.1}),
            "glu": ((x,), {"axis": 2}),
            "max_pool1d": ((x, 3), {"stride": 2, "padding": 1}),
            "scaled_dot_product_attention": ((x[0, None], x[1, None], x[1, None]), {"is_causal": True}),
        }
    for of, (operands, options) in calls.items():
        given = [backend.asarray(o) if isinstance(o, np.ndarray) else o for o in operands]
        y = backend.to_numpy(getattr(backend.namespace.nn, of)(*given, **options))
        rtol = 1e-5 if of == "scaled_dot_product_attention" else 1e-12  # JAX takes its softmax in float32
        np.testing.assert_allclose(y, getattr(engine, of)(*operands, **options), rtol=rtol, err_msg=of)


def test_torch_has_no_derivative_by_the_weights_of_classes():
    torch = load("torch")
    x, labels, weight = (torch.asarray(a) for a in (np.zeros((2, 3)), np.array([0, 2]), np.ones(3)))
    y, pullback = torch.vjp(lambda x: torch.namespace.nn.nll(x, labels, weight), (x,))
    assert torch.to_numpy(pullback(y * 0 + 1)[0])[0, 0] == -0.5
    with pytest.raises(Unsupported, match="is not differentiable with respect to argument 'weight'"):
        torch.vjp(lambda w: torch.namespace.nn.nll(x, labels, w), (weight,))


SLOPE_OF_CAT = """
import torch
f = lambda x: (torch.ones(3) * torch.cat((torch.ones(2), x))).sum()
slope = lambda x: torch.func.jvp(f, (x,), (torch.ones(1),))[1]
"""


def test_a_symbolic_zero_of_torch_is_read_from_memory_of_its_own():
    """torch's own way to NumPy reads memory that the zero does not have; when it no longer does, so need not ours."""
    torch, backend = pytest.importorskip("torch"), load("torch")

    exec(SLOPE_OF_CAT, made := {})
    zero = torch.func.grad(made["slope"])(torch.ones(1))
    assert zero._is_zerotensor()
    np.testing.assert_array_equal(backend.to_numpy(zero), [0.0])
    crash = SLOPE_OF_CAT + "torch.func.grad(slope)(torch.ones(1)).numpy(force=True)"
    assert subprocess.run([sys.executable, "-c", crash]).returncode == -signal.SIGSEGV
