"""Which cells are timed in which processes."""

from adbench.plan import Cell
from adbench.results import Sample
from adbench.runner.passes import passes

A, B, C = (
    Cell(case=f"f.{name}", size="small", operator="vjp", dtype="float64", backend="fake") for name in ("a", "b", "c")
)


class Opened:
    """Stands for `Bench`: all that is opened is told to `seen`, and cell B cannot be timed with two threads."""

    def __init__(self, seen, process, threads):
        self.seen, self.process, self.threads = seen, process, threads

    def measure(self, cells):
        self.seen.append((self.process, self.threads, [cell.case for cell in cells]))
        return [
            Sample(
                **cell.fields(),
                status="too slow" if (cell, self.threads) == (B, 2) else "timed",
                process=self.process,
                threads=self.threads,
            )
            for cell in cells
        ]

    def close(self):
        self.seen.append("closed")


def test_every_pass_has_processes_of_its_own_which_end_with_it():
    seen = []
    samples = list(passes([[A, B], [C]], lambda *which: Opened(seen, *which), processes=2))
    one = [["f.a", "f.b"], ["f.c"]]
    assert seen == [(0, 1, one[0]), (0, 1, one[1]), "closed", (1, 1, one[0]), (1, 1, one[1]), "closed"]
    assert [(s.process, s.cell) for s in samples] == [(p, c.id) for p in (0, 1) for c in (A, B, C)]


def test_what_cannot_be_timed_is_not_tried_again_with_as_many_threads():
    seen = []
    samples = list(passes([[A, B]], lambda *which: Opened(seen, *which), processes=3, threads=(1, 2)))
    both, first = ["f.a", "f.b"], ["f.a"]
    assert [one for one in seen if one != "closed"] == [
        (0, 1, both), (0, 2, both), (1, 1, both), (1, 2, first), (2, 1, both), (2, 2, first)
    ]  # fmt: skip
    assert sum(s.status == "too slow" for s in samples) == 1


def test_the_processes_end_also_where_somebody_stops_listening():
    seen = []
    taken = passes([[A]], lambda *which: Opened(seen, *which))
    next(taken)
    taken.close()
    assert seen[-1] == "closed"
