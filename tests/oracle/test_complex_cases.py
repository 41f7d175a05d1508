"""Cases with complex inputs and outputs: the real Jacobian of (Re, Im), proved, with tolerances a part."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from adbench.cli import main
from adbench.errors import InvalidCase, Undecided
from adbench.oracle.certify import prove
from adbench.oracle.kinks import beside
from adbench.oracle.second_order import hessian, hvp
from adbench.oracle.store import truths
from adbench.oracle.truth import scale, truth_at
from adbench.parts import joined, parts, real_jacobian, real_shape

RNG = np.random.default_rng(15)
Z, W = (RNG.normal(size=3) + 1j * RNG.normal(size=3) for _ in range(2))
A = RNG.normal(size=(3, 3)) + 1j * RNG.normal(size=(3, 3))
B, X = RNG.normal(size=(2, 3)), RNG.normal(size=4)


def diagonal(xp, d):
    return d[:, None] * xp.eye(d.shape[0])


def square(xp, z):
    return z**2


def square_by_z(xp, z):
    return real_jacobian(xp, diagonal(xp, 2 * z), input_ndim=1)


def squared_modulus(xp, z):
    return xp.real(z * xp.conj(z))


def squared_modulus_by_z(xp, z):
    eye = xp.eye(3)
    return xp.stack([2 * xp.real(z)[:, None] * eye, 2 * xp.imag(z)[:, None] * eye], axis=-1)


def exponential(xp, z):
    return xp.exp(z)


def exponential_by_z(xp, z):
    return real_jacobian(xp, diagonal(xp, xp.exp(z)), input_ndim=1)


def wave(xp, x):
    """Real to complex to real: |1 + e^(ix)|² = 2 + 2 cos x."""
    return xp.abs(1 + xp.exp(1j * x)) ** 2


def wave_by_x(xp, x):
    return diagonal(xp, -2 * xp.sin(x))


def solve(xp, A, z):
    return xp.linalg.solve(A, z)


def solve_by_a(xp, A, z):
    y = xp.linalg.solve(A, z)
    return real_jacobian(xp, -xp.linalg.inv(A)[:, :, None] * y, input_ndim=2)


def solve_by_z(xp, A, z):
    return real_jacobian(xp, xp.linalg.inv(A), input_ndim=1)


def power_spectrum(xp, x):
    """Σ k |fft(x)ₖ|²: Parseval would make it trivial without the weights."""
    return xp.sum(xp.abs(xp.fft.fft(x)) ** 2 * xp.asarray([0.0, 1.0, 2.0, 3.0]))


def power_spectrum_by_x(xp, x):
    return xp.real(xp.fft.fft(xp.conj(xp.fft.fft(x)) * xp.asarray([0.0, 1.0, 2.0, 3.0]))) * 2


def conjugate_product(xp, z, w):
    return xp.conj(z) * w


def conjugate_product_by_z(xp, z, w):
    return real_jacobian(xp, diagonal(xp, 0 * z), diagonal(xp, w), input_ndim=1)


def conjugate_product_by_w(xp, z, w):
    return real_jacobian(xp, diagonal(xp, xp.conj(z)), input_ndim=1)


def mixed_product(xp, B, z):
    """A real and a complex operand."""
    return B @ z


def mixed_product_by_b(xp, B, z):
    by_b = xp.eye(2)[:, :, None] * z
    return xp.stack([xp.real(by_b), xp.imag(by_b)], axis=1)


def mixed_product_by_z(xp, B, z):
    return real_jacobian(xp, B, input_ndim=1)


CASES = {
    "square": (square, {"z": square_by_z}, {"z": Z}),
    "squared_modulus": (squared_modulus, {"z": squared_modulus_by_z}, {"z": Z}),
    "exponential": (exponential, {"z": exponential_by_z}, {"z": Z}),
    "wave": (wave, {"x": wave_by_x}, {"x": X}),
    "solve": (solve, {"A": solve_by_a, "z": solve_by_z}, {"A": A, "z": Z}),
    "power_spectrum": (power_spectrum, {"x": power_spectrum_by_x}, {"x": X}),
    "conjugate_product": (
        conjugate_product,
        {"z": conjugate_product_by_z, "w": conjugate_product_by_w},
        {"z": Z, "w": W},
    ),
    "mixed_product": (
        mixed_product,
        {"B": mixed_product_by_b, "z": mixed_product_by_z},
        {"B": RNG.normal(size=(2, 3)), "z": Z},
    ),
}
each_case = pytest.mark.parametrize("name", CASES)
each_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])


@pytest.fixture
def made(make_case):
    def make(name, **options):
        function, jacobian, inputs = CASES[name]
        return make_case(function, wrt=tuple(jacobian), jacobian=jacobian, name=f"test.{name}", **inputs, **options)

    return make


def cast(x, dtype):
    return x.astype({"float64": "complex128", "float32": "complex64"}[dtype] if x.dtype.kind == "c" else dtype)


@each_case
def test_closed_forms_are_proved(made, name):
    proof = prove(made(name), "small")
    assert set(proof.proved) == set(CASES[name][1])
    assert proof.digits > 80
    assert all(truth.bound == "radius" for truth in proof.truths.values())


@each_case
def test_shapes_have_an_axis_for_the_parts(made, name):
    case = made(name)
    inputs = case.make_inputs("small")
    truth, output = truth_at(case, inputs, "float64"), case.output_like(inputs)
    assert truth.value.high.shape == truth.jvp.high.shape == real_shape(output)
    assert truth.cotangent.shape == output.shape
    assert truth.cotangent.dtype == output.dtype
    for wrt in case.wrt:
        assert truth.jacobian[wrt].high.shape == real_shape(output) + real_shape(inputs[wrt])
        assert truth.vjp[wrt].high.shape == real_shape(inputs[wrt])
        assert (truth.tangents[wrt].shape, truth.tangents[wrt].dtype) == (inputs[wrt].shape, inputs[wrt].dtype)
    assert case.jacobian_entries("small") == sum(j.high.size for j in truth.jacobian.values())


@each_dtype
@each_case
def test_a_correct_evaluation_is_within_tolerance_part_by_part(made, name, dtype):
    case = made(name)
    truth = truth_at(case, case.make_inputs("small"), dtype)
    inputs = {k: cast(x, dtype) for k, x in truth.inputs.items()}
    y = case.function(np, **inputs)
    assert truth.value.error(parts(np.asarray(y))).shape == truth.value.high.shape
    assert (truth.value.error(parts(np.asarray(y))) <= truth.value.tolerance).all()
    for wrt, closed_form in case.jacobians.items():
        jacobian = closed_form(np, **inputs)
        assert jacobian.dtype.kind == "f"
        assert (truth.jacobian[wrt].error(jacobian) <= truth.jacobian[wrt].tolerance).all()
        y_bar = parts(truth.cotangent).astype(dtype)
        pulled = np.tensordot(y_bar, jacobian, y_bar.ndim)
        assert (truth.vjp[wrt].error(pulled) <= truth.vjp[wrt].tolerance).all()


@each_case
def test_a_fault_of_1e_10_is_beyond_tolerance(made, name):
    truth = truth_at(made(name), made(name).make_inputs("small"), "float64")
    for enclosure in (truth.value, truth.jvp, *truth.jacobian.values(), *truth.vjp.values()):
        faulty = enclosure.high * (1 + 1e-10)
        nonzero = np.abs(enclosure.high) > 1e-3 * np.abs(enclosure.high).max()
        assert (enclosure.error(faulty) > enclosure.tolerance)[nonzero].all()


@each_case
def test_products_are_those_of_the_real_jacobian(made, name):
    case = made(name)
    truth = truth_at(case, case.make_inputs("small"), "float64")
    forward = sum(
        np.tensordot(truth.jacobian[w].high, parts(truth.tangents[w]), parts(truth.tangents[w]).ndim) for w in case.wrt
    )
    np.testing.assert_allclose(truth.jvp.high, forward, rtol=1e-12, atol=1e-12)
    y_bar = parts(truth.cotangent)
    for w in case.wrt:
        pulled = np.tensordot(y_bar, truth.jacobian[w].high, y_bar.ndim)
        np.testing.assert_allclose(truth.vjp[w].high, pulled, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["square", "exponential", "solve"])
def test_cauchy_and_riemann(made, name):
    """∂Re/∂x = ∂Im/∂y and ∂Re/∂y = −∂Im/∂x of holomorphic functions, and of no other."""

    def blocks(name):
        case = made(name)
        by_z = truth_at(case, case.make_inputs("small"), "float64").jacobian["z"].high
        return by_z[:, 0, ..., 0], by_z[:, 0, ..., 1], by_z[:, 1, ..., 0], by_z[:, 1, ..., 1]

    a, b, c, d = blocks(name)
    np.testing.assert_array_equal(a, d)
    np.testing.assert_array_equal(b, -c)
    a, b, c, d = blocks("conjugate_product")
    np.testing.assert_array_equal(a, -d)
    np.testing.assert_array_equal(b, c)


def test_second_derivatives(made):
    case = made("square")
    inputs = case.make_inputs("small")
    found = hessian(case, inputs, "float64")["z", "z"].high
    assert found.shape == (3, 2, 3, 2, 3, 2)
    one = np.array([[[2, 0], [0, -2]], [[0, 2], [2, 0]]])  # of (x² − y², 2xy)
    for i, j, k in np.ndindex(3, 3, 3):
        np.testing.assert_array_equal(found[i, :, j, :, k, :], one if i == j == k else np.zeros((2, 2, 2)))
    product = hvp(case, inputs, {"z": W}, "float64")["z"].high
    np.testing.assert_allclose(product, np.tensordot(found, parts(W), 2), rtol=1e-14)


def test_a_hessian_in_closed_form_is_proved(made):
    case = made("squared_modulus")
    eye = np.einsum("ij,jk->ijk", np.eye(3), np.eye(3))
    case.hessian("z", "z")(lambda xp, z: xp.asarray(2 * eye[:, :, None, :, None] * np.eye(2)[:, None, :]))
    assert "hessian z, z" in prove(case, "small").proved


def test_a_wrong_closed_form_is_refused(make_case):
    for wrong, message in (
        (lambda xp, z: square_by_z(xp, xp.conj(z)), "is wrong at entry"),
        (lambda xp, z: 2 * diagonal(xp, z), "has complex entries"),
        (lambda xp, z: xp.real(2 * diagonal(xp, z)), "has shape"),
    ):
        case = make_case(square, wrt=("z",), jacobian={"z": wrong}, z=Z)
        with pytest.raises(InvalidCase, match=message):
            prove(case, "small")


def test_a_pullback_is_complex_where_its_input_is(make_case):
    def pulled(xp, y_bar, z, w):
        return {"z": xp.conj(y_bar) * w, "w": z * y_bar}

    case = make_case(conjugate_product, wrt=("z", "w"), vjp=pulled, z=Z, w=W)
    assert prove(case, "small").proved == ("vjp",)
    case = make_case(
        conjugate_product, wrt=("z", "w"), vjp=lambda xp, y_bar, z, w: {"z": y_bar * w, "w": y_bar}, z=Z, w=W
    )
    with pytest.raises(InvalidCase, match="vjp of z is wrong"):
        prove(case, "small")
    case = make_case(wave, wrt=("x",), vjp=lambda xp, y_bar, x: {"x": y_bar * -2 * xp.sin(x)}, x=X)
    assert prove(case, "small").proved == ("vjp",)


def test_what_cancels_in_a_product_widens_its_tolerance(make_case):
    """Re (a + bi)(c + di) = ac − bd: a library rounds both."""
    z, w = np.array([1 + 1e-9 + 1j]), np.array([1 - 1e-9 + 1j])
    value = truth_at(make_case(lambda xp, z, w: z * w, z=z, w=w, wrt=("z", "w")), {"z": z, "w": w}, "float64").value
    assert abs(value.high[0, 0]) < 1e-15
    assert value.tolerance[0, 0] > 2.0**-53
    assert value.error(parts(z * w))[0, 0] <= value.tolerance[0, 0]


def test_on_a_branch_cut_it_is_undecided_and_beside_it_right(make_case):
    case = make_case(lambda xp, z: xp.log(z), wrt=("z",), z=np.array([-2 + 0j]))
    with pytest.raises(Undecided, match="branch cut"):
        prove(case, "small")
    for side in (1e-200, -1e-200):
        truth = truth_at(case, {"z": np.array([complex(-2, side)])}, "float64")
        assert truth.value.high[0, 1] == np.copysign(np.pi, side)
        assert truth.jacobian["z"].high[0, 0, 0, 0] == -0.5


def test_a_kink_of_the_modulus_has_an_admissible_set(make_case):
    case = make_case(lambda xp, z: xp.abs(z), wrt=("z",), z=np.array(0j))
    case.admissible("z")(lambda xp, z: (xp.asarray([-1.0, -1.0]), xp.asarray([1.0, 1.0])))
    assert prove(case, "small").proved == ("admissible z",)
    found = beside(case, case.make_inputs("small"), {"z": np.array([3.0, 4.0])})["z"]
    np.testing.assert_allclose([float(b.mid()) for b in found], [0.6, 0.8])


def test_long_loops_are_sampled(make_case):
    def loop(xp, z):
        for _ in range(60):
            z = z * (z - 1j) / (z - 1j) - z * z + z * z
        return z

    case = make_case(loop, wrt=("z",), z=np.array([0.3 + 0.4j]))
    truth = truth_at(case, case.make_inputs("small"), "float64")
    assert truth.bound == "sampled"
    assert (truth.value.error(parts(loop(np, Z[:1] * 0 + 0.3 + 0.4j))) <= truth.value.tolerance).all()
    assert scale(case, truth, "float64") >= 0.5


def test_inputs_are_rounded_and_overflow_by_parts(make_case):
    case = make_case(square, wrt=("z",), z=np.array([0.1 + 0.2j]))
    truth = truth_at(case, case.make_inputs("small"), "float32")
    np.testing.assert_array_equal(truth.inputs["z"], np.complex64([0.1 + 0.2j]).astype(np.complex128))
    with pytest.raises(InvalidCase, match="overflows in float32"):
        truth_at(case, {"z": np.array([1 + 1e300j])}, "float32")


def test_a_truth_is_kept(made, monkeypatch, tmp_path):
    monkeypatch.setenv("ADBENCH_CACHE", str(tmp_path))
    case = made("conjugate_product", path=__file__)
    first, second = truths(case, "small"), truths(case, "small")
    assert next(tmp_path.rglob("*.msgpack"))
    np.testing.assert_array_equal(first["float64"].cotangent, second["float64"].cotangent)
    assert second["float64"].inputs["z"].dtype == np.complex128
    np.testing.assert_array_equal(first["float64"].jacobian["w"].high, second["float64"].jacobian["w"].high)


def test_parts_and_back():
    np.testing.assert_array_equal(joined(parts(A), A), A)
    assert parts(A).shape == real_shape(A) == (3, 3, 2)
    assert parts(X) is X
    assert joined(X, X) is X


FILE = """
import numpy as np
from adbench.case import case
from adbench.parts import real_jacobian

@case(wrt=("z",))
def cube(xp, z):
    return z**3

@cube.inputs
def _(rng):
    return {"z": rng.normal(size=2) + 1j * rng.normal(size=2)}

@cube.jacobian("z")
def _(xp, z):
    return real_jacobian(xp, (3 * z**2)[:, None] * xp.eye(2), input_ndim=1)
"""


def test_certify_takes_a_file_of_complex_cases(monkeypatch, capsys, tmp_path):
    path = tmp_path / "waves.py"
    path.write_text(FILE)
    monkeypatch.setattr(sys, "argv", ["adbench", "certify", "waves", "--cases", str(path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "1 of 1 certified" in capsys.readouterr().out
