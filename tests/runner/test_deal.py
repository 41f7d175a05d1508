"""Cells dealt to processes: what shares a truth stays together, and hands go where they are needed."""

from hypothesis import given
from hypothesis import strategies as st

from adbench.plan import Cell
from adbench.runner import deal as dealing
from adbench.runner.deal import BATCH, deal, most_in_need


def cells(backend, cases, operators=("jvp", "vjp")):
    return [
        Cell(case=f"f.{case}", size="small", operator=operator, dtype="float64", backend=backend)
        for case in range(cases)
        for operator in operators
    ]


def queue(backend, waiting, hands=0):
    (one,) = deal(cells(backend, waiting, ("vjp",)))
    one.hands = hands
    return one


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=60))
def test_every_cell_is_dealt_once_in_order_and_no_truth_to_two_processes(drawn):
    given_cells = [
        Cell(case=f"f.{case}", size="small", operator=str(i), dtype="float64", backend=backend)
        for i, (backend, case) in enumerate(sorted(drawn))
    ]
    for one in deal(given_cells):
        batches = list(one.batches)
        assert [c for b in batches for c in b] == [c for c in given_cells if c.backend == one.backend]
        assert all(len(b) >= BATCH for b in batches[:-1])
        truths = [{c.case for c in b} for b in batches]
        assert sum(map(len, truths)) == len(set().union(*truths))


def test_a_queue_gives_its_batches_and_then_nothing():
    one = queue("torch", BATCH + 1)
    assert [len(one.take()) for _ in range(3)] == [BATCH, 1, 0]


def test_a_backend_without_a_process_comes_first_in_the_order_of_the_plan():
    queues = [queue("numpy", 1000, hands=1), queue("torch", 10), queue("jax", 500)]
    assert most_in_need(queues).backend == "torch"


def test_then_comes_the_one_with_most_cells_a_process(monkeypatch):
    monkeypatch.setattr(dealing.os, "cpu_count", lambda: 8)
    queues = [queue("numpy", 900, hands=3), queue("torch", 500, hands=1), queue("jax", 300, hands=1)]
    assert most_in_need(queues).backend == "torch"


def test_a_few_cells_are_not_worth_another_process():
    assert most_in_need([queue("numpy", dealing.WORTH_A_PROCESS - 1, hands=1)]) is None
    assert most_in_need([queue("numpy", 1)]) is not None


def test_no_backend_has_more_processes_than_there_are_cores(monkeypatch):
    monkeypatch.setattr(dealing.os, "cpu_count", lambda: 2)
    assert most_in_need([queue("jax", 5000, hands=1)]).backend == "jax"
    assert most_in_need([queue("jax", 5000, hands=2)]) is None


def test_nobody_is_in_need_where_nothing_waits_or_no_process_comes_up():
    full, empty = queue("torch", 5000), queue("numpy", 1)
    full.full = True
    empty.take()
    assert most_in_need([full, empty]) is None
