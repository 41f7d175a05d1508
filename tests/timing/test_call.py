"""A timed call: what is inside the clock, and what is not."""

import gc
import re

import pytest
from adbench.backends.free import Manual
from adbench.backends.numpy import NumPy
from fakes import raising, small, timed

from adbench import registry
from adbench.cases import vision
from adbench.errors import Unsupported
from adbench.plan import Cell
from adbench.timing import call as timing
from adbench.timing.call import TimedCall, prepare


def cell(operator="vjp", dtype="float64"):
    return Cell(case="small.cubic", size="small", operator=operator, dtype=dtype, backend="fake")


def test_a_sample_is_seconds_a_call(clock):
    made = TimedCall(lambda: clock.tick(3.0), lambda result: clock.tick(0.5), 0.0, ())
    assert made.sample(1) == 3.5
    assert made.sample(4) == 3.5


def test_every_call_is_synchronised_with_its_own_result():
    results, seen = iter(range(10)), []
    TimedCall(lambda: next(results), seen.append, 0.0, ()).sample(5)
    assert seen == [0, 1, 2, 3, 4]


@pytest.fixture
def restored():
    enabled = gc.isenabled()
    yield
    (gc.enable if enabled else gc.disable)()


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_off_in_a_sample_and_afterwards_as_it_was(enabled):
    (gc.enable if enabled else gc.disable)()
    seen = []
    TimedCall(lambda: seen.append(gc.isenabled()), lambda result: None, 0.0, ()).sample(2)
    assert seen == [False, False]
    assert gc.isenabled() is enabled


@pytest.mark.usefixtures("restored")
def test_garbage_collection_is_restored_after_an_exception():
    def fails():
        raise ValueError

    gc.enable()
    with pytest.raises(ValueError, match=r"^$"):
        TimedCall(fails, lambda result: None, 0.0, ()).sample(1)
    assert gc.isenabled()


def test_a_library_that_computes_at_once_is_not_waited_for(clock):
    made = prepare(cell(), small.cubic, timed.Timed())
    assert made.synchronize is timing.at_once
    assert made.sample(10) == pytest.approx(timed.COMPUTE)


def test_times_of_preparing_and_of_each_call_until_they_are_steady_are_kept_apart(clock):
    class Prepares(timed.SlowFirst):
        def prepare(self, operator, f, primals):
            clock.tick(1000.0)
            return super().prepare(operator, f, primals)

    made = prepare(cell(), small.cubic, Prepares())
    assert made.prepare_seconds == 1000.0
    assert made.warm_up[0] == pytest.approx(100 * timed.COMPUTE)
    assert made.warm_up[1:] == pytest.approx([timed.COMPUTE] * (len(made.warm_up) - 1))
    assert made.warm_seconds == pytest.approx(timed.COMPUTE)
    assert made.note == ""


def test_a_call_on_new_arrays_is_the_same_call(clock):
    backend = timed.Remembers()
    made = prepare(cell(), small.cubic, backend)
    first, second = made.renew()(), made.renew()()
    assert first is not second
    assert first[0].tolist() == second[0].tolist() == made.call()[0].tolist()


@pytest.mark.parametrize(("size", "shapes"), [("small", [(6, 2, 11), (6, 3, 3), (6, 5)]), ("medium", [(15, 90)])])
def test_a_compressed_jacobian_is_timed_along_its_colours(size, shapes):
    """By reverse mode at the small size, by forward mode at the other."""
    there = Cell(case="vision.ba", size=size, operator="jacsparse", dtype="float64", backend="numpy")
    answer = prepare(there, vision.ba, NumPy()).call()
    assert [x.shape for x in (answer if isinstance(answer, tuple) else [answer])] == shapes


def test_a_case_without_a_structure_has_no_compressed_jacobian():
    made = prepare(cell("jacsparse"), small.cubic, Manual())
    assert (made.status, made.message) == ("unsupported", "declares no structure of its Jacobian")


@pytest.mark.parametrize("case", ["matmul.matmat", "regression.ridge", "sigmoid.sigmoid_chain_1"])
@pytest.mark.parametrize("operator", ["jacfwd", "jacrev", "hessian"])
def test_a_jacobian_of_which_there_is_no_room_is_not_tried(operator, case):
    case = registry.load_cases()[case]
    there = Cell(case=case.name, size="large", operator=operator, dtype="float64", backend="fake")
    if case.name == "regression.ridge" and operator != "hessian":
        timing._refuse_large(there, case)  # 40 MB
        return
    made = prepare(there, case, raising.Raises())
    assert made.status == "unsupported"
    assert re.fullmatch(rf"the {operator} has \S+ entries, \S+ GiB; more than 1 GiB is not timed", made.message)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("operator", ["primal", "jvp", "vjp"])
def test_what_is_timed_is_the_right_thing(operator, dtype):
    made = prepare(cell(operator, dtype), small.cubic, Manual())
    given = {n: x.astype(dtype) for n, x in small.cubic.make_inputs("small").items()}
    M, x, s = given["M"], given["x"], given["s"]
    answer = made.call()
    value = answer if operator == "primal" else answer[0]
    assert value.dtype == dtype
    assert value == pytest.approx(M @ (s * x**3), rel=1e-5)
    if operator == "jvp":
        assert answer[1] == pytest.approx(M @ (3 * s * x**2) + M @ x**3, rel=1e-5)
    if operator == "vjp":
        assert answer[1][0] == pytest.approx(M.sum(axis=0) * 3 * s * x**2, rel=1e-5)
        assert answer[1][1] == pytest.approx((M @ x**3).sum(), rel=1e-5)


@pytest.mark.parametrize(
    ("backend", "status", "message"),
    [
        (raising.NoForward, "unsupported", "no forward mode here"),
        (raising.Raises, "error", "ValueError: no such rule: sin"),
    ],
)
def test_a_call_that_cannot_be_made_is_a_sample_that_says_why(backend, status, message):
    made = prepare(cell("jvp"), small.cubic, backend())
    assert (made.status, made.message, made.samples) == (status, message, ())
    assert (made.cell, made.case, made.family) == (cell("jvp").id, "small.cubic", "small")


def test_the_device_of_a_call_that_cannot_be_made_is_kept():
    there = Cell(case="small.cubic", size="small", operator="jvp", dtype="float64", backend="fake", device="cuda")
    assert prepare(there, small.cubic, raising.NoForward()).device == "cuda"


def test_why_is_one_line():
    assert prepare(cell("jvp"), small.cubic, raising.RaisesLines()).message == "RuntimeError: the graph is broken"


def test_unsupported_in_the_primal_is_unsupported():
    class Nothing(Manual):
        def prepare(self, operator, f, primals):
            raise Unsupported("nothing here")

    assert prepare(cell("primal"), small.cubic, Nothing()).status == "unsupported"


def test_an_exhausted_memory_has_its_own_status():
    class Greedy(Manual):
        def prepare(self, operator, f, primals):
            raise MemoryError("Unable to allocate 7 TiB")

    made = prepare(cell(), small.cubic, Greedy())
    assert (made.status, made.message) == ("oom", "MemoryError: Unable to allocate 7 TiB")
