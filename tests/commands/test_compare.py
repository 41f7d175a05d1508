"""`adbench compare A B` as its users meet it; times are made up, unless a test says otherwise."""

import itertools
import platform
import re
import shlex

import pytest
from commands.runs import Workers
from fakes import CASES
from fakes.interpreters import library

from adbench.results import Header, Sample, Started, Verdict, read

FIXED = ("small.quotient", "--cases", CASES)


class Benches:
    """Stands for `runner.bench.Bench`: a call takes what `seconds` says of its backend, give or take a little.

    Attributes:
        opened: the number and the backends of each pair of processes.
    """

    def __init__(self):
        self.seconds, self.opened = {}, []

    def __call__(self, columns, *, process, **_):
        self.opened.append((process, *columns))
        return self

    def measure(self, cells):
        return [self.sample(cell, self.opened[-1][0]) for cell in cells]

    def sample(self, cell, process):
        seconds = self.seconds[cell.backend]
        if isinstance(seconds, str):
            return Sample(**cell.fields(), status="error", message=seconds, process=process)
        seconds *= 1 + 1e-3 * (process * len(cell.backend) % 7)
        samples = tuple(seconds * (1 + i) for i in (3, 0, 1, 0, 9, 0, 2, 0))
        return Sample(**cell.fields(), status="timed", process=process, number=1, samples=samples)

    def close(self):
        pass


@pytest.fixture
def benches(monkeypatch):
    made = Benches()
    monkeypatch.setattr("adbench.runner.pairs.Bench", made)
    return made


@pytest.fixture
def timed(monkeypatch, benches):
    """Let backends take so many seconds a call, and all be right."""
    monkeypatch.setattr("adbench.runner.pairs.Run", Workers())
    return lambda **seconds: benches.seconds.update({name.replace("_", "@"): s for name, s in seconds.items()})


def test_a_slower_head_is_confirmed_and_ends_with_3(adbench, timed, tmp_path):
    timed(numpy_base=1e-3, manual_head=1.2e-3)
    path = tmp_path / "compared.jsonl"
    code, out, _ = adbench("compare", "numpy", "manual", *FIXED, "--json", path)
    assert code == 3
    row = r"^small\.quotient\[small\]:vjp:float64:numpy → manual +1 ms +1\.2 ms +1\.20. +1\..* to 1\..* +16 +slower *$"
    assert re.search(row, out, re.MULTILINE)
    header, *lines = read(path)
    assert isinstance(header, Header)
    assert header.environment["threads"] == 1
    assert {line.backend for line in lines if isinstance(line, Started)} == {"numpy@base", "manual@head"}
    samples = [line for line in lines if isinstance(line, Sample)]
    assert [(s.backend, s.process) for s in samples] == list(
        itertools.chain(*[[("numpy@base", p), ("manual@head", p)] for p in range(16)])
    )
    (verdict,) = [line for line in lines if isinstance(line, Verdict)]
    assert (verdict.status, verdict.base, verdict.head, verdict.pairs) == ("slower", "numpy@base", "manual@head", 16)
    assert verdict.low < verdict.ratio < verdict.high
    code, again, _ = adbench(*shlex.split(verdict.command)[1:])
    assert code == 3
    assert f"  {verdict.command}" in out
    assert re.search(row, again, re.MULTILINE)


def test_every_pair_is_of_fresh_processes(adbench, timed, benches):
    timed(numpy_base=1e-3, numpy_head=1.2e-3)
    adbench("compare", "numpy", "numpy", *FIXED)
    assert [(p, {*columns}) for p, *columns in benches.opened] == [(p, {"numpy@base", "numpy@head"}) for p in range(16)]
    assert {first for _, first, _ in benches.opened} == {"numpy@base", "numpy@head"}


def test_two_interpreters_are_named_in_the_file_and_in_the_command(adbench, timed, benches, tmp_path):
    released = "fakes.released:Released"
    benches.seconds |= {f"{released}@base": 1.0, f"{released}@head": 2.0}
    base, head = (f"{released}={library(tmp_path / name, '1.0')}" for name in ("old", "new"))
    path = tmp_path / "compared.jsonl"
    code, out, _ = adbench("compare", base, head, *FIXED, "--json", path)
    assert code == 3
    assert f"  adbench compare {base} {head} small.quotient --size small" in out
    started = [line for line in read(path) if isinstance(line, Started)]
    assert {line.backend for line in started} == {f"{released}@base", f"{released}@head"}
    assert all(line.environment["python"] == platform.python_version() for line in started)


@pytest.mark.parametrize(("head", "verdict", "code"), [(1e-3, "unchanged", 0), (0.8e-3, "faster", 0)])
def test_what_is_not_slower_ends_with_0(adbench, timed, head, verdict, code):
    timed(numpy_base=1e-3, numpy_head=head)
    ended, out, _ = adbench("compare", "numpy", "numpy", *FIXED)
    assert ended == code
    assert out.splitlines()[1].rstrip().endswith(verdict)
    assert ("to measure again" in out) == (verdict == "faster")


def test_what_interests_is_for_the_user_to_say(adbench, timed):
    timed(numpy_base=1e-3, numpy_head=1.2e-3)
    assert adbench("compare", "numpy", "numpy", *FIXED, "--smallest", 30)[0] == 0


def test_regressions_come_last(adbench, timed):
    timed(numpy_base=1e-3, numpy_head=2e-3, manual_base=1e-3, manual_head=1e-3)
    code, out, _ = adbench("compare", "numpy,manual", "numpy,manual", *FIXED)
    assert code == 3
    rows = [line for line in out.splitlines() if line.startswith("small.")]
    assert [row.split()[-1] for row in rows] == ["unchanged", "slower"]
    assert "1 slower, 1 unchanged" in out


def test_a_head_that_cannot_be_timed_is_told_and_the_others_are_judged(adbench, timed):
    timed(numpy_base=1e-3, numpy_head="ValueError: no", manual_base=1e-3, manual_head=1e-3)
    code, out, _ = adbench("compare", "numpy,manual", "numpy,manual", *FIXED)
    assert code == 0
    assert "not compared:\n  small.quotient[small]:vjp:float64:numpy: head: error: ValueError: no\n" in out


def test_nothing_compared_is_5(adbench, timed):
    timed(numpy_base="ValueError: no", numpy_head=1.0)
    code, _, err = adbench("compare", "numpy", "numpy", *FIXED)
    assert code == 5
    assert err.startswith("adbench: nothing was compared: small.quotient[small]:vjp:float64:numpy: lost: base: error: ")


def test_a_budget_that_is_over_leaves_cells_undecided(adbench, timed):
    timed(numpy_base=1e-3, numpy_head=2e-3)
    code, out, _ = adbench("compare", "numpy", "numpy", *FIXED, "--seconds", 1e-9)
    assert code == 0
    assert "1 undecided" in out


def test_a_wrong_derivative_is_listed_and_not_judged(adbench, benches):
    code, out, err = adbench("compare", "manual", "fakes.wrong:WrongSign", *FIXED)
    assert code == 5
    assert "not judged, because the derivative is wrong:\n  small.quotient[small]:vjp:float64:manual → fakes" in out
    assert ": head: fail: " in out
    assert "nothing was compared" in err
    assert benches.opened == []


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["numpy", "nunpy"], 2, "no backend named 'nunpy'; did you mean numpy"),
        (["numpy", "results.jsonl"], 2, "numpy and results.jsonl: a results file is compared with another, a backend"),
        (["a.jsonl", "b.jsonl"], 2, "cannot read a.jsonl: No such file or directory"),
        (["a.jsonl", "b.jsonl", "--size", "small"], 2, "--size means nothing where results files are compared"),
        (["a.jsonl", "b.jsonl", "--device", "cuda"], 2, "--device means nothing where results files are compared"),
        (["manual", "manual", *FIXED, "--device", "cuda"], 2, "none of the chosen backends has a device cuda on this"),
        (["numpy", "numpy", "--force"], 2, "--force is of results files; backends are timed on one machine"),
        (["numpy", "numpy", "-o", "grad"], 2, "no operator named 'grad'; "),
        (["numpy", "numpy", "calculus"], 5, "nothing to compare: none of the chosen cases is a bench case with these"),
        (["manual", "fakes.unstartable.missing:Missing", *FIXED], 4, "backend fakes.unstartable.missing:Missing "),
        (["manual", "manual=/no/where"], 2, "manual=/no/where: no such file"),
        (["manual", "manual=/bin/false", *FIXED], 4, "manual=/bin/false: "),
    ],
)
def test_bad_input_is_one_sentence(adbench, arguments, code, sentence):
    ended, _, err = adbench("compare", *arguments)
    assert ended == code
    assert err.startswith(f"adbench: {sentence}")
    assert "Traceback" not in err


@pytest.mark.slow
def test_threefold_work_is_called_slower_for_real(adbench):
    code, out, _ = adbench("compare", "manual", "fakes.slower:Thrice", *FIXED, "--smallest", 30)
    assert code == 3
    assert "1 slower" in out


@pytest.mark.slow
def test_the_same_backend_is_not_called_twice_as_slow(adbench):
    code, out, _ = adbench("compare", "manual", "manual", *FIXED, "--smallest", 100)
    assert code == 0
    assert "1 unchanged" in out
