"""A run on a Dask cluster of processes: the outcomes of a run here, each once, whatever becomes of the nodes."""

import os
import signal
import socket
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes import CASES

import adbench
from adbench import cli
from adbench.errors import AdbenchError, ClusterFailed
from adbench.plan import Cell
from adbench.runner import cluster, node
from adbench.runner.conformance import Run

distributed = pytest.importorskip("distributed", reason="distributed is not installed")
psutil = pytest.importorskip("psutil")  # which Dask brings
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets that Dask leaves to the collector
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed"),
]

KILLER = "fakes.killers:Exits"
SLEEPER = "fakes.slow:Sleeps"
VERSIONED = "fakes.versioned:Versioned"


@pytest.fixture(scope="module")
def dask():
    """Two nodes, each a process with one thread; a node that is killed is replaced."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as made:
        yield made


@pytest.fixture
def client(dask):
    with cluster.connected(dask.scheduler_address) as connected:
        connected.wait_for_workers(2, timeout=60)
        yield connected


class Listener:
    """Keeps what a run tells."""

    def __init__(self, client, required=(), case_files=(CASES,), see=None, **more):
        self.outcomes, self.versions, self.skips = [], {}, {}
        arguments = {
            "case_files": case_files,
            "required": required,
            "see": see or self.outcomes.append,
            "started": self.versions.__setitem__,
            "skipped": self.skips.__setitem__,
            **more,
        }
        self.run = cluster.ClusterRun(client, **arguments) if client else Run(**arguments)

    def conform(self, cells):
        self.run.conform(cells, 2)
        return self

    @property
    def told(self):
        """What must be the same wherever the cell ran."""
        return sorted((o.cell, o.status, o.message, o.ulps, o.ratio, o.checks) for o in self.outcomes)


def cells(*backends, names=("small.cubic", "small.quotient"), operators=("jvp", "vjp"), dtypes=("float64", "float32")):
    return [
        Cell(case=name, size="small", operator=operator, dtype=dtype, backend=backend)
        for backend in backends
        for name in names
        for dtype in dtypes
        for operator in operators
    ]


def workers_of(client):
    """Ids of the processes that check cells on the nodes."""
    nodes = client.run(os.getpid).values()
    return {
        child.pid
        for pid in nodes
        for child in psutil.Process(pid).children(recursive=True)
        if "adbench.runner.worker" in child.cmdline()
    }


def test_the_outcomes_are_those_of_a_run_here(client):
    chosen = cells("manual", KILLER, dtypes=["float64"])
    there, here = Listener(client).conform(chosen), Listener(None).conform(chosen)
    assert there.told == here.told
    assert {o.status for o in there.outcomes} == {"pass", "crash"}
    assert there.versions == here.versions
    assert workers_of(client) == set()


@pytest.mark.slow
def test_a_node_imports_no_library_itself(client):
    pytest.importorskip("autograd")
    listener = Listener(client, case_files=()).conform(cells("autograd", names=["regression.ridge"]))
    assert {o.status for o in listener.outcomes} == {"pass"}
    loaded = client.run(lambda: {"autograd", "jax", "torch"} & set(sys.modules))
    assert set(map(frozenset, loaded.values())) == {frozenset()}


@pytest.mark.slow
def test_a_killed_nodes_cells_run_elsewhere_and_count_once(client):
    chosen = cells(SLEEPER, names=["small.cubic", "small.quotient", "small.far"])
    victims = []

    def see(outcome):
        listener.outcomes.append(outcome)
        if not victims:  # the first outcome: all is under way
            victims.append(next(iter(client.run(os.getpid).values())))
            os.kill(victims[0], signal.SIGKILL)

    listener = Listener(client, see=see)
    listener.conform(chosen)
    assert Counter(o.cell for o in listener.outcomes) == Counter(c.id for c in chosen)
    assert {o.status for o in listener.outcomes} == {"pass"}
    assert victims[0] not in client.run(os.getpid).values()


@pytest.mark.slow
def test_a_case_file_goes_to_the_nodes(client, tmp_path):
    path = tmp_path / "mine.py"
    path.write_bytes(Path(CASES).read_bytes())
    chosen = cells("manual", names=["mine.cubic"], dtypes=["float64"])

    def see(outcome):
        path.unlink(missing_ok=True)  # the nodes could not read it
        listener.outcomes.append(outcome)

    listener = Listener(client, case_files=(str(path),), see=see)
    listener.conform(chosen)
    assert [o.status for o in listener.outcomes] == ["pass", "pass"]


@pytest.mark.slow
def test_truths_go_to_the_nodes(client, tmp_path):
    chosen = cells("manual", dtypes=["float64"])
    Listener(None).conform(chosen)  # proves them here
    ours, theirs = os.environ["ADBENCH_CACHE"], str(tmp_path)
    client.run(lambda: os.environ.update(ADBENCH_CACHE=theirs))
    try:
        Listener(client).conform(chosen)
    finally:
        client.run(lambda: os.environ.update(ADBENCH_CACHE=ours))
    sent = list((tmp_path / "truth").iterdir())
    assert len(sent) == 2
    assert all(file.read_bytes() == (Path(ours) / "truth" / file.name).read_bytes() for file in sent)


@pytest.mark.slow
def test_nodes_with_another_library_are_told_before_any_cell_goes_there(client, monkeypatch):
    monkeypatch.setenv("FAKE_VERSION", "2.0")  # here; the nodes were started before
    listener = Listener(client)
    with pytest.raises(ClusterFailed) as caught:
        listener.conform(cells(VERSIONED))
    assert str(caught.value).startswith("2 of 2 nodes are not like this machine: tcp://127.0.0.1:")
    assert f"has {VERSIONED} 1.0 (here 2.0)" in str(caught.value)
    assert caught.value.exit_code == 4
    assert listener.outcomes == []
    assert workers_of(client) == set()


@pytest.mark.slow
def test_a_node_that_joins_late_with_another_library_takes_no_cell(client, monkeypatch):
    monkeypatch.setenv("FAKE_VERSION", "2.0")
    listener = Listener(client)
    monkeypatch.setattr(listener.run, "_compare", lambda *_: None)  # it was not there
    with pytest.raises(AdbenchError, match=r"^node tcp://127\.0\.0\.1:\d+: .*Versioned 1\.0 \(here 2\.0\)$"):
        listener.conform(cells(VERSIONED))
    assert listener.outcomes == []


@pytest.mark.slow
def test_nodes_with_another_adbench_are_told(client, monkeypatch):
    facts = node.facts() | {"adbench": "9.9", "adbench's sources": "other"}
    monkeypatch.setattr(node, "facts", lambda: facts)
    what = rf" has adbench {adbench.__version__} \(here 9\.9\), adbench's sources [0-9a-f]{{12}} \(here other\)"
    with pytest.raises(ClusterFailed, match=what):
        Listener(client).conform(cells("manual"))


@pytest.mark.slow
def test_a_backend_that_is_missing_here_is_skipped_or_ends_the_run(client):
    missing = "fakes.unstartable.missing:Missing"
    listener = Listener(client).conform(cells("manual", missing, dtypes=["float64"]))
    assert set(listener.skips) == {missing}
    assert {o.backend for o in listener.outcomes} == {"manual"}
    with pytest.raises(AdbenchError, match="no_such_library is not installed"):
        Listener(client, required=[missing]).conform(cells(missing))


@pytest.mark.slow
def test_an_interrupted_run_leaves_no_process_on_the_nodes(client):
    running = []

    def see(outcome):
        running.append(workers_of(client))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Listener(client, see=see).conform(cells("fakes.killers:Hangs", names=["small.quotient", "small.cubic"]))
    assert running[0]
    deadline = time.monotonic() + 30
    while alive := workers_of(client):
        assert time.monotonic() < deadline, alive
        time.sleep(0.1)


@pytest.mark.slow
def test_a_backend_that_is_lost_again_and_again_is_given_up(client, monkeypatch):
    monkeypatch.setattr(cluster, "MOST_CRASHES", 1)
    monkeypatch.setattr(cluster, "CHUNKS_A_THREAD", 1)
    chosen = cells(KILLER, operators=["vjp"], names=["small.cubic"] * 10, dtypes=["float64", "float32"])
    listener = Listener(client).conform(chosen)
    assert len(listener.outcomes) == len(chosen)
    assert {o.status for o in listener.outcomes} == {"crash"}
    not_run = [o for o in listener.outcomes if "was given up after it was lost on " in o.message]
    assert len(not_run) >= len(chosen) - 4  # two were under way, and two more may have been


@pytest.mark.slow
def test_a_backend_is_not_given_up_for_losses_that_are_expected(client, monkeypatch):
    monkeypatch.setattr(cluster, "MOST_CRASHES", 1)
    chosen = cells(KILLER, operators=["vjp"], names=["small.cubic"] * 4)
    listener = Listener(client, expected=lambda outcome: True).conform(chosen)
    assert len(listener.outcomes) == len(chosen)
    assert not [o for o in listener.outcomes if "was given up" in o.message]


@pytest.mark.slow
def test_the_time_limit_of_a_cell_holds_on_the_nodes(client):
    chosen = cells("fakes.killers:Hangs", operators=["vjp"], dtypes=["float64"])
    listener = Listener(client, seconds=3.0).conform(chosen)
    assert {o.case: o.status for o in listener.outcomes} == {"small.cubic": "timeout", "small.quotient": "pass"}


# Schedulers that are none


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def test_a_scheduler_that_cannot_be_reached_ends_the_command_before_it_writes(tmp_path, monkeypatch, capsys):
    address, results = f"tcp://127.0.0.1:{free_port()}", tmp_path / "results.jsonl"
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(sys, "argv", ["adbench", "run", "--scheduler", address, "--json", str(results)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    err = capsys.readouterr().err
    assert ended.value.code == 4
    assert err == f"adbench: no Dask scheduler answers at {address}, waited 1 s; start one with `dask scheduler`\n"
    assert not results.exists()


def test_dask_that_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterFailed, match=r'pip install "adbench-suite\[dask\]"$'), cluster.connected("tcp://a:1"):
        raise AssertionError


def test_what_answers_and_is_no_scheduler():
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: server.accept()[0].sendall(b"HTTP/1.1 400 Bad Request\r\n" * 9))
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(ClusterFailed, match=rf" {address}") as caught, cluster.connected(address):
            raise AssertionError
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["here", "zzz://127.0.0.1:1", "tcp://127.0.0.1:port"])
def test_what_is_no_address(address):
    with pytest.raises(AdbenchError, match=rf"^--scheduler {address}: ") as caught, cluster.connected(address):
        raise AssertionError
    assert caught.value.exit_code == 2


@pytest.mark.slow
def test_the_address_of_a_node_is_told_from_the_schedulers(client):
    address = next(iter(client.nthreads()))
    with pytest.raises(ClusterFailed, match=rf"^at {address} is a Dask worker; "), cluster.connected(address):
        raise AssertionError


def test_no_address_is_no_cluster():
    with cluster.connected("") as none:
        assert none is None
