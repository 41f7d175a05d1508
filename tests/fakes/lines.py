"""Lines of a results file that nobody measured, for tests of what is made of them."""

from hypothesis import HealthCheck, settings

from adbench.plan import Cell
from adbench.results import Sample

# Hypothesis with as much time as a busy machine needs.
patient = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sample(backend, operator, *seconds, case="a.b", size="small", dtype="float64", device="cpu", **fields):
    """One line; `seconds` are its samples, and it conforms unless it is told otherwise."""
    cell = Cell(case=case, size=size, operator=operator, dtype=dtype, backend=backend, device=device)
    fields = {"conforms": True if seconds else None, "number": 1, "status": "timed", **fields}
    return Sample(**cell.fields(), samples=seconds, **fields)


def processes(backend, operator, rounds, **fields):
    """A line for each process, of its rounds."""
    return [sample(backend, operator, *seconds, process=p, **fields) for p, seconds in enumerate(rounds)]
