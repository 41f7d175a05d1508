"""The worker's end: requests in, replies out, here without a process of its own."""

import os
import platform
import warnings
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest
from adbench.backends.free import Manual
from fakes import CASES, small, spoilers
from fakes.raising import NoForward
from fakes.wrong import NaN

from adbench import __version__
from adbench.plan import Cell
from adbench.results import SCHEMA
from adbench.runner import protocol
from adbench.runner.worker import Desk, main

CASES_BY_NAME = {case.name: case for case in (small.cubic, small.quotient)}


def cell(name="cubic", operator="vjp", dtype="float64", backend="manual"):
    return Cell(case=f"small.{name}", size="small", operator=operator, dtype=dtype, backend=backend)


@pytest.fixture
def desk():
    return Desk(Manual(), CASES_BY_NAME)


# The worker's pipes end with its process; in these tests there is none that ends.
in_this_process = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def converse(backend, *requests):
    """All that a worker replies to these requests."""
    to_worker, requests_end = os.pipe()
    replies_end, from_worker = os.pipe()
    os.write(requests_end, b"".join(protocol.encode(r) + b"\n" for r in requests))
    os.close(requests_end)
    with os.fdopen(replies_end, "rb") as replies, ThreadPoolExecutor() as reader:
        lines = reader.submit(replies.readlines)  # the first is longer than a pipe is
        main(backend, str(to_worker), str(from_worker), CASES)
    return [protocol.decode_reply(line) for line in lines.result()]


@in_this_process
def test_a_worker_says_that_it_is_ready_and_answers_in_order_until_the_pipe_closes():
    ready, first, second = converse("manual", protocol.Check(cell()), protocol.Check(cell("quotient")))
    assert isinstance(ready, protocol.Ready)
    assert (ready.version, ready.adbench, ready.schema) == (np.__version__, __version__, SCHEMA)
    assert (ready.python, ready.numpy) == (platform.python_version(), np.__version__)
    assert set(ready.cases) > {"small.cubic", "regression.ridge"}
    assert [first.outcome.cell, second.outcome.cell] == [cell().id, cell("quotient").id]
    assert first.outcome.status == second.outcome.status == "pass"


@in_this_process
@pytest.mark.parametrize(
    ("backend", "exit_code"),
    [
        ("nowhere", 2),
        ("fakes.unstartable.missing:Missing", 4),
        ("fakes.unstartable.constructor:Constructor", 4),
    ],
)
def test_a_worker_that_cannot_start_says_why_and_ends(backend, exit_code):
    to_worker, requests_end = os.pipe()
    replies_end, from_worker = os.pipe()
    main(backend, str(to_worker), str(from_worker))
    os.close(to_worker)
    os.close(requests_end)
    with os.fdopen(replies_end, "rb") as replies:
        (refused,) = map(protocol.decode_reply, replies)
    assert isinstance(refused, protocol.Refused)
    assert refused.exit_code == exit_code
    assert refused.message


def test_cells_of_one_case_share_a_subject_and_another_case_or_dtype_does_not(desk):
    subjects = [
        desk._subject_of(c)
        for c in (cell(operator="jvp"), cell(operator="vjp"), cell(dtype="float32"), cell("quotient"))
    ]
    assert subjects[0] is subjects[1]
    assert len({id(s) for s in subjects}) == 3
    assert [s.dtype for s in subjects] == ["float64", "float64", "float32", "float64"]


def test_answer_gives_the_jacobians_by_name(desk):
    reply = desk.answer(protocol.Answer(cell(operator="jacrev")))
    inputs = desk._subject_of(cell()).truth.inputs
    assert set(reply.arrays) == {"x", "s"}
    assert reply.arrays["s"] == pytest.approx(inputs["M"] @ inputs["x"] ** 3)


def test_answer_of_a_backend_that_cannot_is_empty():
    reply = Desk(NoForward(), CASES_BY_NAME).answer(protocol.Answer(cell(operator="jacfwd")))
    assert reply == protocol.Answered({})


def test_a_call_is_prepared_and_measured(desk):
    prepared = desk.answer(protocol.Prepare(cell()))
    assert prepared.failed is None
    assert prepared.warm_up[0] > 0
    assert prepared.number > 0
    assert desk.answer(protocol.Measure(cell(), 3)).seconds > 0


def test_calls_of_another_case_are_let_go(desk):
    for operator in ("primal", "vjp"):
        desk.answer(protocol.Prepare(cell(operator=operator)))
    assert len(desk._timed) == 2
    desk.answer(protocol.Prepare(cell("quotient")))
    assert list(desk._timed) == [cell("quotient")]


def test_a_call_that_cannot_be_prepared_says_why():
    prepared = Desk(NoForward(), CASES_BY_NAME).answer(protocol.Prepare(cell(operator="jvp")))
    assert (prepared.failed.status, prepared.failed.message) == ("unsupported", "no forward mode here")


def test_nan_and_infinity_cross_the_protocol_as_null():
    desk = Desk(NaN(), CASES_BY_NAME)
    checked = desk.answer(protocol.Check(cell()))
    back = protocol.decode_reply(protocol.encode(checked))
    assert back.outcome.status == "fail"
    assert (back.outcome.ulps, back.outcome.ratio) == (None, None)


@pytest.mark.parametrize(
    "message",
    [
        protocol.Check(cell()),
        protocol.Answer(cell()),
        protocol.Prepare(cell()),
        protocol.Measure(cell(), 5),
    ],
)
def test_requests_come_through_the_protocol_as_they_went(message):
    line = protocol.encode(message)
    assert b"\n" not in line
    assert protocol.decode_request(line) == message


def test_a_request_is_no_reply():
    with pytest.raises(msgspec.ValidationError):
        protocol.decode_reply(protocol.encode(protocol.Check(cell())))


@pytest.mark.parametrize(
    ("backend", "status", "message", "spent"),
    [
        (Manual(), "pass", "", False),
        (spoilers.ChangesPrinting(), "fail", "purity: vjp changed NumPy's print options", True),
        (spoilers.ChangesWarnings(), "pass", "", False),
    ],
)
def test_a_cell_that_leaves_its_process_changed_is_impure_and_the_process_is_spent(backend, status, message, spent):
    filters = list(warnings.filters)
    with np.printoptions():
        checked = Desk(backend, CASES_BY_NAME).answer(protocol.Check(cell()))
    assert (checked.outcome.status, checked.outcome.message, checked.spent) == (status, message, spent)
    (purity,) = [c for c in checked.outcome.checks if c.name == "purity"]
    assert purity.status == status
    assert warnings.filters == filters


def test_what_was_wrong_before_comes_before_the_impurity():
    class Both(spoilers.ChangesPrinting, NaN):
        pass

    with np.printoptions():
        checked = Desk(Both(), CASES_BY_NAME).answer(protocol.Check(cell()))
    assert checked.outcome.message.startswith("derivative by ")
    assert checked.outcome.checks[-1].message == "vjp changed NumPy's print options"


def test_an_exception_of_half_a_character_can_be_written():
    class Half(Manual):
        def vjp(self, f, primals):
            raise ValueError("\ud800")

    reply = Desk(Half(), CASES_BY_NAME).answer(protocol.Check(cell()))
    assert protocol.decode_reply(protocol.encode(reply)).outcome.message == "ValueError: ?"
