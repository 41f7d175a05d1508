"""`adbench compare` of two results files: what it says, what it refuses, and that it says that it is weaker."""

import msgspec
import pytest

from adbench import environment
from adbench.commands.compare_files import compare_files
from adbench.errors import AdbenchError, NothingRan, UnknownName
from adbench.journal import Journal
from adbench.plan import Cell
from adbench.results import Sample


@pytest.fixture
def write(tmp_path):
    """Write a results file in which a call takes so many seconds in each process."""

    def file(name, *times, backend="torch", case="a.one", conforms=True, status="timed", threads=1, **facts):
        header = environment.header("adbench bench", threads)
        header = msgspec.structs.replace(header, environment={**header.environment, **facts})
        cell = Cell(case=case, size="small", operator="vjp", dtype="float64", backend=backend)
        with Journal(path := tmp_path / name, header) as journal:
            for process, seconds in enumerate(times):
                samples = (seconds, 1.1 * seconds, 9 * seconds, 3 * seconds)
                journal.write(
                    Sample(
                        **cell.fields(), status=status, process=process, threads=threads, samples=samples, number=1,
                        conforms=conforms,
                    )
                )  # fmt: skip
            journal.close(1.0)
        return path

    return file


@pytest.mark.parametrize(
    ("head", "code", "verdict"),
    [
        ((1.5, 1.51, 1.49), 3, "slower"),
        ((0.7, 0.71, 0.69), 0, "faster"),
        ((1.01, 1.0, 0.99), 0, "unchanged"),
        ((1.07, 1.06, 1.08), 0, "unchanged"),  # less than interests
        ((1.0, 3.0, 1.2), 0, "undecided"),
    ],
)
def test_processes_of_both_are_weighed(write, capsys, head, code, verdict):
    old = write("old.jsonl", 1.0, 1.01, 0.99)
    assert compare_files(old, write("new.jsonl", *head)) == code
    out = capsys.readouterr().out
    assert out.splitlines()[1].rstrip().endswith(verdict)
    assert "This is weaker than timing both in one job" in out


def test_versions_of_a_library_are_compared(write):
    old = write("old.jsonl", 1.0, 1.01, 0.99, backend="jax@0.9")
    assert compare_files(old, write("new.jsonl", 2.0, 2.01, 1.99, backend="jax@0.10")) == 3


def test_fewer_than_three_processes_decide_nothing(write, capsys):
    assert compare_files(write("old.jsonl", 1.0, 1.0), write("new.jsonl", 9.0, 9.0)) == 0
    assert "undecided: of 3 processes a file there is 2" in capsys.readouterr().out


def test_a_wrong_derivative_is_not_judged(write, capsys):
    old, new = write("old.jsonl", 1.0, 1.0, 1.0), write("new.jsonl", 9.0, 9.0, 9.0, conforms=False)
    with pytest.raises(NothingRan):
        compare_files(old, new)
    out = capsys.readouterr().out
    assert "not judged, because the derivative is wrong:\n  a.one[small]:vjp:float64:torch: head\n" in out


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"threads": 4}, "threads 1, then 4"),
        ({"processor": "Other"}, "processor "),
        ({"cores": 999}, "cores "),
        ({"gpu": "H200"}, "gpu unknown, then H200"),
    ],
)
def test_files_of_different_machines_are_refused_unless_forced(write, capsys, facts, sentence):
    old, new = write("old.jsonl", 1.0, 1.01, 0.99), write("new.jsonl", 2.0, 2.01, 1.99, **facts)
    with pytest.raises(AdbenchError, match=r"not of one machine.*--force") as caught:
        compare_files(old, new)
    assert caught.value.exit_code == 2
    assert sentence in str(caught.value)
    if "threads" not in facts:
        assert compare_files(old, new, force=True) == 3
        assert "Compared all the same: " in capsys.readouterr().out


@pytest.mark.parametrize("facts", [{"numpy": "1.0"}, {"python": "3.9"}, {"commit": "f705d36"}])
def test_software_may_be_what_is_compared(write, facts):
    assert compare_files(write("old.jsonl", 1.0, 1.01, 0.99), write("new.jsonl", 2.0, 2.01, 1.99, **facts)) == 3


def test_a_cell_that_only_one_file_has_is_told(write, capsys):
    """The head may have crashed on it."""
    old, new = write("old.jsonl", 1.0, 1.01, 0.99), write("new.jsonl", 1.0, 1.01, 0.99)
    more = write("more.jsonl", 1.0, case="a.two").read_text().splitlines()[1:-1]
    header, *lines, footer = old.read_text().splitlines()
    old.write_text("\n".join([header, *lines, *more, footer]) + "\n")
    assert compare_files(old, new) == 0
    assert f"1 cells are timed in {old} alone, a.two[small]:vjp:float64:torch for one.\n" in capsys.readouterr().out


def test_nothing_in_common_is_told(write):
    old, new = write("old.jsonl", 1.0, backend="jax"), write("new.jsonl", 1.0, backend="torch")
    with pytest.raises(NothingRan, match=r"no timed cell in common: .*old.jsonl has 1 cases on jax; .* on torch"):
        compare_files(old, new)


def test_two_versions_in_one_file_are_refused(write, tmp_path):
    old = write("old.jsonl", 1.0, backend="jax@0.9")
    lines = old.read_text().splitlines()
    old.write_text("\n".join([*lines[:-1], lines[1].replace("jax@0.9", "jax@0.10")]) + "\n")
    with pytest.raises(AdbenchError, match=r"has jax@0.9 and jax@0.10; of a library there can be one"):
        compare_files(old, old)


def test_cases_are_chosen_by_globs(write):
    old, new = write("old.jsonl", 1.0, 1.01, 0.99), write("new.jsonl", 2.0, 2.01, 1.99)
    assert compare_files(old, new, ["a"]) == 3
    with pytest.raises(UnknownName):
        compare_files(old, new, ["b.*"])


def test_three_processes_that_agree_by_chance_are_not_believed(write, capsys):
    """A cell is as uncertain as the usual one of the files at least."""
    old, new = write("old.jsonl", 1.0, 1.0, 1.0), write("new.jsonl", 1.2, 1.2, 1.2)
    assert compare_files(old, new) == 3
    noisy = {"a.two": (1.0, 2.0, 4.0), "a.three": (1.0, 3.0, 9.0)}
    more = [write(f"{case}.jsonl", *times, case=case).read_text().splitlines()[1:-1] for case, times in noisy.items()]
    for path in (old, new):
        header, *lines, footer = path.read_text().splitlines()
        path.write_text("\n".join([header, *lines, *more[0], *more[1], footer]) + "\n")
    assert compare_files(old, new) == 0
    assert "3 undecided" in capsys.readouterr().out
