"""`--scheduler` on Dask clusters of this machine: `python benchmarks/dask_speed.py [speed|memory|truths…]`.

| section | what is measured |
|---|---|
| speed | a CPU-bound run on 2 nodes over one on 1 node, in turns; from the start and from the first outcome on |
| memory | resident memory of the head after so many cells, which go to a consumer that keeps nothing |
| truths | sending all truths of the small sizes to a node, over proving them there |

Each node is a process with one thread; the scheduler and the nodes are another process's children than the head.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adbench import plan, registry
from adbench.oracle import store
from adbench.plan import Cell
from adbench.runner.cluster import ClusterRun, connected
from adbench.runner.memory import resident_bytes

ROUNDS = 3
BUSY_CELLS = 600
MANY = (1_000, 10_000)
CASES = ("matmul.matmul_chain", "calculus.tanh_power", "regression.ridge")
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=int(sys.argv[1]), threads_per_worker=1, dashboard_address=":0") as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def main() -> None:
    """Run the sections named on the command line, or all."""
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    for name in sys.argv[1:] or SECTIONS:
        print(f"\n## {name}", flush=True)
        SECTIONS[name]()


@contextmanager
def cluster(nodes: int) -> Iterator[ClusterRun]:
    """A run on a fresh cluster; `see` is to be set."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "cluster.py"
        script.write_text(CLUSTER)
        command = [sys.executable, str(script), str(nodes)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            with connected(process.stdout.readline().strip()) as client:
                client.wait_for_workers(nodes)
                yield client
            process.stdin.close()


def cells(backend: str, number: int) -> list[Cell]:
    """Cells of small cases in turns, so that each two are a chunk of their own."""
    kinds = [(case, dtype) for case in CASES for dtype in ("float64", "float32")]
    pairs = (kinds[i % len(kinds)] for i in range(number // 2))
    return [
        Cell(case=case, size="small", operator=operator, dtype=dtype, backend=backend)
        for case, dtype in pairs
        for operator in ("jvp", "vjp")
    ]


def conform(client, chosen: list[Cell], see) -> None:
    ClusterRun(client, case_files=(), required=(), see=see, started=lambda *_: None, skipped=lambda *_: None).conform(
        chosen, 1
    )


def speed() -> None:
    """Seconds of a run, whole and from its first outcome on, and their ratios."""
    chosen = cells("dask_backends:Busy", BUSY_CELLS)
    whole, stream = {1: [], 2: []}, {1: [], 2: []}
    with cluster(1) as one, cluster(2) as two:
        for _ in range(ROUNDS):
            for nodes, client in ((1, one), (2, two)):
                seen, start = [], time.monotonic()
                conform(client, chosen, lambda outcome, seen=seen: seen.append(time.monotonic()))
                whole[nodes].append(time.monotonic() - start)
                stream[nodes].append(seen[-1] - seen[0])
                assert len(seen) == len(chosen)
                print(f"{nodes}: {whole[nodes][-1]:.1f} s, since the first outcome {stream[nodes][-1]:.1f}", flush=True)
    for name, found in (("whole run", whole), ("from the first outcome", stream)):
        ratios = [a / b for a, b in zip(found[1], found[2], strict=True)]
        print(
            f"{name}: 2 nodes are {statistics.median(ratios):.2f}× of 1 (median of {ROUNDS}; {min(ratios):.2f} to "
            f"{max(ratios):.2f}), of minima {min(found[1]) / min(found[2]):.2f}×; load {os.getloadavg()[0]:.0f}"
        )


def memory() -> None:
    """Megabytes of the head at steps of a run, and the bytes that a cell done adds."""
    with cluster(2) as client:
        for number in MANY:
            at, done, start = {}, 0, time.monotonic()

            def see(outcome) -> None:
                nonlocal done
                done += 1
                if done in (100, number // 2, number):
                    at[done] = resident_bytes(os.getpid())

            conform(client, cells("manual", number), see)
            steps = ", ".join(f"{held / 1e6:.1f} after {n}" for n, held in at.items())
            growth = (at[number] - at[number // 2]) / (number - number // 2)
            seconds = time.monotonic() - start
            print(f"{number} cells in {seconds:.0f} s: MB of the head {steps}; {growth:.0f} bytes a cell", flush=True)


def truths() -> None:
    """Seconds to prove the truths of all cases at their first sizes, and to take them over as a node does."""
    work = plan.with_sizes([case for case in registry.load_cases().values() if not case.admissible_sets], ())
    kept = os.environ.get("ADBENCH_CACHE")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        os.environ["ADBENCH_CACHE"] = one
        start = time.process_time()
        for case, size in work:
            store.truths(case, size)
        proving, start = time.process_time() - start, time.process_time()
        sent = [store.stored(case, size) for case, size in work]
        os.environ["ADBENCH_CACHE"] = other
        for truth in sent:
            assert truth
            store.keep(truth)
        sending = time.process_time() - start
        for case, size in work:
            assert store.is_known(case, size)
    os.environ.pop("ADBENCH_CACHE")
    if kept:
        os.environ["ADBENCH_CACHE"] = kept
    total = sum(len(truth.data) for truth in sent if truth)
    print(
        f"{len(work)} truths, {total / 1e3:.0f} kB: proved in {proving:.1f} s of CPU, handed over in {sending:.2f} s; "
        f"{proving / sending:.0f}×"
    )


SECTIONS = {"speed": speed, "memory": memory, "truths": truths}

if __name__ == "__main__":
    main()
