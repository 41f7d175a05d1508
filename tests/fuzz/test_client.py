"""A backend's process: an example that takes it down is itself a finding, and costs no other."""

import numpy as np
import pytest
from fakes import CASES

from adbench.fuzz.client import Client

SHAPED = CASES.replace("small.py", "shaped.py")
RIGHT, NEGATIVE = ({"x": np.array([v, 3.0]), "y": np.array([5.0, 7.0])} for v in (2.0, -2.0))


def ask(client, inputs, operators=("jvp", "vjp")):
    return client.asker("shaped.product", "float64", operators)(inputs)


def test_a_process_that_dies_costs_the_example_and_is_replaced():
    with Client("fakes.picky:ExitsForNegative", (SHAPED,)) as client:
        lost = ask(client, NEGATIVE)
        assert [(o.operator, o.status) for o in lost.outcomes] == [("jvp", "crash"), ("vjp", "crash")]
        assert lost.outcomes[0].message == "the process ended with exit code 3"
        assert [o.status for o in ask(client, RIGHT).outcomes] == ["pass", "pass"]


def test_a_process_that_hangs_is_ended():
    with Client("fakes.picky:HangsForNegative", (SHAPED,), seconds=0.5) as client:
        (outcome,) = ask(client, NEGATIVE, ("vjp",)).outcomes
        assert (outcome.status, outcome.message) == ("timeout", "no answer within 0.5 s")
        assert [o.status for o in ask(client, RIGHT).outcomes] == ["pass", "pass"]


def test_what_the_oracle_discards_is_discarded():
    with Client("manual", (SHAPED,)) as client:
        assert ask(client, {"x": np.array([1e300]), "y": np.array([1e300])}).discarded == "out of range"


@pytest.mark.parametrize("dtype", ["int64", "bool", "float64"])
def test_arrays_go_through_the_pipe_bit_by_bit(dtype):
    from adbench.runner import protocol

    x = np.array([[0.0, 1.0], [-0.0, 5e-324 if dtype == "float64" else 1.0]]).astype(dtype)
    message = protocol.Try(client_cell(), ("vjp",), {"x": protocol.encode_array(x)})
    back = protocol.decode_array(protocol.decode_request(protocol.encode(message)).inputs["x"])
    assert (back.dtype, back.shape, back.tobytes()) == (x.dtype, x.shape, x.tobytes())


def client_cell():
    from adbench.plan import Cell

    return Cell(case="c", size="found", operator="vjp", dtype="float64", backend="b")
