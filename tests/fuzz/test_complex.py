"""Complex inputs: drawn by their parts, sent through the pipe and pasted with every bit."""

import numpy as np
import pytest
from fakes import complexes
from hypothesis import given, settings

from adbench.fuzz.judge import truth_or_reason
from adbench.fuzz.paste import literal
from adbench.fuzz.strategies import examples
from adbench.oracle.truth import Truth
from adbench.parts import parts
from adbench.runner.protocol import decode_array, encode_array

NUMBERS = [
    np.array([complex(-0.0, 1.0), complex(0.1, -0.0), complex(5e-324, -1e300)]),
    np.array(complex(-0.0, -0.0)),
    np.ones((2, 1, 3), complex) * 1j,
    np.zeros((0, 2), complex),
    np.array([1 + 2j], dtype=np.complex64),
]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@settings(max_examples=40, deadline=None, database=None)
@given(data=pytest.importorskip("hypothesis.strategies").data())
def test_parts_are_finite_numbers_of_the_dtype(dtype, data):
    drawn = data.draw(examples(complexes.scaled, dtype))
    assert {name: x.dtype.name for name, x in drawn.items()} == {"x": "float64", "z": "complex128"}
    for x in map(parts, drawn.values()):
        assert np.isfinite(x).all()
        np.testing.assert_array_equal(x, x.astype(dtype).astype(np.float64))


@pytest.mark.parametrize("x", NUMBERS, ids=lambda x: f"{x.dtype}{x.shape}")
def test_every_bit_is_pasted_and_sent(x):
    for back in (eval(literal(x), {"np": np}), decode_array(encode_array(x))):
        assert (back.dtype, back.shape) == (x.dtype, x.shape)
        assert back.tobytes() == x.tobytes()


@pytest.mark.parametrize(
    ("z", "reason"),
    [
        ([0.5 + 1j, 1 - 2j], None),
        ([1e200j, 1.0], "out of range"),
        ([0.0, 1.0], None),
        ([1e-300 + 1j, 1.0], "out of range"),
    ],
)
def test_examples_are_judged_where_their_parts_are_in_range(z, reason):
    case = complexes.scaled.at("float64", x=np.array(0.5), z=np.array(z, complex))
    found = truth_or_reason(case, "float64")
    assert isinstance(found, Truth) if reason is None else found == reason
