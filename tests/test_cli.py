"""The command line as its users meet it: what it prints, and the exit code with which it ends."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import CASES

from adbench import results
from adbench.backend import OPERATORS

WRONG = "fakes.wrong:WrongSign"


@pytest.fixture
def refused(adbench):
    """The one sentence with which a command line is refused, and its exit code."""

    def run(*arguments):
        code, _, err = adbench(*arguments)
        sentences = [line for line in err.splitlines() if line.startswith("adbench: ")]
        assert len(sentences) == 1, err
        assert "Traceback" not in err
        return code, sentences[0].removeprefix("adbench: ")

    return run


def case_file(folder, closed_form="2 * x", body="x * x", name="mine.py"):
    path = folder / name
    path.write_text(
        "import numpy as np\n"
        "from adbench.case import case\n"
        '@case(wrt=("x",))\n'
        "def one(xp, x):\n"
        f"    return {body}\n"
        'one.inputs(lambda rng: {"x": np.asarray(2.0)})\n'
        f'one.jacobian("x")(lambda xp, x: {closed_form})\n'
    )
    return path


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "regresion.ridge"], "no case named 'regresion.ridge'; did you mean regression.ridge"),
        (["run", "ridge"], "no case named 'ridge'; did you mean regression.ridge"),
        (["run", "calculus", "nowhere.*"], "no case named 'nowhere.*'; "),
        (["run", "-b", "pytorch"], "no backend named 'pytorch'; did you mean torch"),
        (["run", "-o", "vpj"], "no operator named 'vpj'; did you mean vjp"),
        (["run", "-o", "laplacian"], "no operator named 'laplacian'; there are fwdfwd, hessian, hvp, jacfwd, "),
        (["run", "-d", "float46"], "no dtype named 'float46'; did you mean float64"),
        (["run", "-s", "smal"], "no size named 'smal'; did you mean small"),
        (["run", "--tier", "fool"], "no tier named 'fool'; did you mean full"),
        (["run", "--variant", "closures"], "no variant named 'closures'; did you mean closure"),
        (["bench", "-b", "pytorch"], "no backend named 'pytorch'; did you mean torch"),
        (["bench", "-d", "int8"], "no dtype named 'int8'; "),
        (["bench", "-o", "grad"], "no operator named 'grad'; "),
        (["bench", "regresion.ridge"], "no case named 'regresion.ridge'; did you mean regression.ridge"),
        (["list", "case"], "no kind named 'case'; did you mean cases?"),
        (["list", "cases", "ridge"], "no case named 'ridge'; did you mean regression.ridge"),
        (["show", "ridge"], "no case named 'ridge'; did you mean regression.ridge"),
        (["show", "calculus"], "calculus names "),
        (["show", "calculus.square", "-s", "huge"], "no size named 'huge'; there are "),
        (["show", "calculus.square", "-o", "jvp"], "no operator named 'jvp'; there are jacfwd, jacrev"),
        (["show", "calculus.square", "-b", "pytorch"], "no backend named 'pytorch'; did you mean torch"),
    ],
)
def test_an_unknown_name_is_one_sentence_with_the_nearest(refused, arguments, sentence):
    code, said = refused(*arguments)
    assert code == 2
    assert said.startswith(sentence)


def test_a_backend_of_ones_own_that_is_not_there_is_an_unknown_name(refused):
    code, said = refused("run", "calculus.square", "-b", "fakes.nowhere:Any")
    assert code == 2
    assert said.startswith("no backend named 'fakes.nowhere:Any'; ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "--resume"], "--resume goes on with the run of a results file; name it with --json"),
        (["run", "--shard", "4/3"], "--shard takes i/n with i from 1 to n, 2/3 for example, and not '4/3'"),
        (["run", "--accuracy", "--resume"], "--resume means nothing with --accuracy, which "),
        (["run", "--accuracy", "--shard", "1/2"], "--shard means nothing with --accuracy, which "),
        (["run", "--accuracy", "--variant", "none"], "--variant means nothing with --accuracy, which "),
        (["merge", "out.jsonl", "nowhere.jsonl"], "cannot read nowhere.jsonl: No such file or directory"),
    ],
)
def test_parts_of_runs_that_make_no_sense_are_one_sentence(refused, arguments, sentence):
    code, said = refused(*arguments)
    assert code == 2
    assert said.startswith(sentence)


def test_shards_of_a_run_are_merged(adbench, tmp_path):
    paths = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    for i, path in enumerate(paths, 1):
        options = ["-b", "manual", "-o", "vjp", "--shard", f"{i}/2", "--json", path]
        assert adbench("run", "small", "--cases", CASES, *options)[0] == 0
    code, out, _ = adbench("merge", tmp_path / "out.jsonl", *paths)
    assert (code, out) == (0, f"{tmp_path / 'out.jsonl'}: 3 cells of 2 files\n")


@pytest.mark.parametrize("command", ["run", "bench"])
def test_names_that_exist_but_select_nothing_are_exit_code_5(refused, command, tmp_path):
    path = tmp_path / "only.py"
    path.write_text(case_file(tmp_path).read_text().replace("wrt", 'dtypes=("float64",), bench=True, wrt'))
    code, said = refused(command, "only.*", "--cases", path, "-d", "float32", "-b", "manual")
    assert code == 5
    assert said.startswith(("no cells selected", "nothing to time"))


def test_functions_that_no_chosen_backend_offers_are_exit_code_5(refused):
    code, said = refused("run", "native_torch.addcdiv", "-b", "jax,manual")
    assert code == 5
    assert said.startswith("no cells selected: the chosen cases are of functions of torch, which none")


def test_a_bench_of_cases_that_are_not_for_it_is_exit_code_5(refused):
    assert refused("bench", "small.cubic", "--cases", CASES, "-b", "manual")[0] == 5


def test_no_command_prints_the_help(adbench):
    code, out, err = adbench()
    assert code in (0, 2)
    for command in ("run", "bench", "list", "show"):
        assert command in out + err


def test_help_imports_no_library(monkeypatch):
    code = (
        "import sys; sys.argv = ['adbench', '--help']\n"
        "from adbench import cli\n"
        "try: cli.main()\n"
        "except SystemExit: print([m for m in ('numpy', 'flint', 'torch', 'jax') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_negative_number_of_jobs_is_refused(adbench):
    assert adbench("run", "calculus.square", "-b", "manual", "--jobs", "-1")[0] == 2


# Files


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\ny = x / 0\n", ":2: ZeroDivisionError: division by zero"),
        ("x = (\n", ":1: SyntaxError: '(' was never closed"),
        ("import no_such_module\n", ":1: ModuleNotFoundError: No module named 'no_such_module'"),
        ("def f():\n    raise ValueError('deep')\n\nf()\n", ":2: ValueError: deep"),
        ("import json\njson.loads('{')\n", ":2: JSONDecodeError: "),
    ],
)
@pytest.mark.parametrize("command", [["run"], ["bench"], ["list", "cases"], ["show", "calculus.square"]])
def test_a_broken_case_file_is_told_with_path_line_and_reason(refused, tmp_path, command, text, sentence):
    path = tmp_path / "mine.py"
    path.write_text(text)
    code, said = refused(*command, "--cases", path)
    assert code == 2
    assert said.startswith(f"{path}{sentence}")


def test_a_case_file_that_is_not_there_is_told(refused, tmp_path):
    assert refused("run", "--cases", tmp_path / "none.py") == (2, f"{tmp_path / 'none.py'}: no such file")


def test_a_case_that_is_malformed_is_told_with_its_place(refused, tmp_path):
    path = case_file(tmp_path)
    path.write_text(path.read_text().replace('wrt=("x",)', 'wrt=("z",)'))
    code, said = refused("run", "mine.*", "--cases", path)
    assert (code, said) == (2, "mine.one (mine.py:3): wrt names 'z'; the function's inputs are x")


@pytest.mark.parametrize("command", ["run", "show"])
def test_a_case_that_the_oracle_refuses_ends_the_run(refused, tmp_path, command):
    code, said = refused(command, "mine.one", "--cases", case_file(tmp_path, "3 * x"), "-b", "manual")
    assert code == 2
    assert said.startswith("mine.one (mine.py:3): jacobian('x') is wrong at entry []: it says 6.0")


def test_a_case_that_the_oracle_refuses_is_not_timed(refused, tmp_path):
    path = case_file(tmp_path, "3 * x")
    path.write_text(path.read_text().replace("wrt", "bench=True, wrt"))
    assert refused("bench", "mine.one", "--cases", path, "-b", "manual")[0] == 2


def test_a_case_that_cannot_fail_is_refused(refused, tmp_path):
    code, said = refused(
        "run", "mine.one", "--cases", case_file(tmp_path, "0 * x", "0 * x"), "-b", "manual"
    )
    assert code == 2
    assert "nowhere larger than its tolerance" in said


def test_cases_of_two_files_are_all_there(adbench, tmp_path):
    second = tmp_path / "other.py"
    second.write_text(case_file(tmp_path).read_text())
    code, out, _ = adbench(
        "list", "cases", "mine.*", "other.*", "--cases", tmp_path / "mine.py", "--cases", second
    )
    assert code == 0
    assert "mine.one" in out
    assert "other.one" in out


@pytest.mark.parametrize("command", ["run", "bench"])
def test_a_results_file_that_cannot_be_written_is_told_before_the_work(refused, tmp_path, command):
    code, said = refused(
        command,
        "small.quotient",
        "--cases",
        CASES,
        "-b",
        "manual",
        "--json",
        tmp_path / "no" / "results.jsonl",
    )
    assert code == 2
    assert said == f"cannot write {tmp_path / 'no' / 'results.jsonl'}: No such file or directory"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_sentence():
    command = [sys.executable, "-m", "adbench.cli", "run", "small.cubic", "--cases", CASES, "-b", "manual"]
    ran = subprocess.run([*command, "--json", "/dev/full"], capture_output=True, text=True, check=False)
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("text", ["[[deviation]]\nmatch = 'x'\n", "deviation = 1\n", "[[", None])
def test_invalid_expectations_are_exit_code_6(refused, tmp_path, text):
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_text(text)
    code, said = refused("run", "calculus.square", "-b", "manual", "--expectations", path)
    assert code == 6
    assert said.startswith(f"{path}: ")


# Backends that are not there


@pytest.fixture
def without_autograd(tmp_path, monkeypatch):
    """A machine on which autograd is not installed, for workers and for this process."""
    (tmp_path / "autograd.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'autograd'\", name='autograd')"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]]))


INSTALL = 'backend autograd cannot start: autograd is not installed; pip install "adbench-suite[autograd]"'


@pytest.mark.usefixtures("without_autograd")
@pytest.mark.parametrize("command", [["run"], ["bench"], ["show"]])
def test_a_missing_backend_asked_for_by_name_is_exit_code_4_with_what_to_type(refused, command):
    code, said = refused(*command, "small.quotient", "--cases", CASES, "-b", "autograd")
    assert (code, said) == (4, INSTALL)


@pytest.mark.usefixtures("without_autograd")
def test_a_missing_backend_is_skipped_with_a_note_where_it_was_not_asked_for(adbench, monkeypatch):
    monkeypatch.setattr("adbench.registry.backend_names", lambda: NAMES)
    code, out, err = adbench("run", "small.quotient", "--cases", CASES)
    assert code == 0
    assert f"skipped: {INSTALL}" in " ".join(err.split())
    assert "autograd" not in out
    assert "passed 2 of 2 applicable, 2 applicable of 2 cells" in out


NAMES = {"numpy": "adbench.backends.numpy:NumPy", "autograd": "adbench.backends.autograd:Autograd"}


@pytest.mark.usefixtures("without_autograd")
def test_where_every_backend_is_missing_nothing_ran(refused, monkeypatch):
    monkeypatch.setattr("adbench.registry.backend_names", lambda: {"autograd": NAMES["autograd"]})
    assert refused("run", "small.quotient", "--cases", CASES) == (
        5, "nothing ran: none of the backends is installed",
    )  # fmt: skip


# run


def test_run_prints_the_matrix_the_two_numbers_and_the_worst_errors(adbench):
    code, out, _ = adbench("run", "calculus.square", "-b", "numpy,manual")
    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert ["numpy", "manual"] in lines
    assert ["calculus", "2/2", "2/2"] in lines
    assert "passed 4 of 4 applicable, 4 applicable of 4 cells" in out
    worst = next(line for line in lines if line[:3] == ["worst", "error,", "ulps"])
    assert [0 <= float(x) < 4 for x in worst[3:]] == [True, True]


def test_run_of_a_wrong_backend_prints_why_and_a_command_that_fails_in_the_same_way(adbench, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    code, out, _ = adbench(
        "run", "small.cubic", "--cases", CASES, "-b", f"{WRONG},manual", "-o", "vjp", "-v"
    )
    assert code == 1
    lines = out.splitlines()
    at = lines.index(f"fail small.cubic[small]:vjp:float64:{WRONG}")
    assert lines[at + 1].startswith("  derivative by x (wrong): entry [")
    command = shlex.split(lines[at + 2])
    assert command[0] == "adbench"
    code, again, _ = adbench(*command[1:])
    assert code == 1
    assert lines[at : at + 3] == again.splitlines()[again.splitlines().index(lines[at]) :][:3]


def test_run_writes_a_results_file_that_can_be_read(adbench, tmp_path):
    path = tmp_path / "results.jsonl"
    code, _, _ = adbench(
        "run", "small.*", "--cases", CASES, "-b", f"manual,{WRONG}", "-o", "jvp", "--json", path
    )
    assert code == 1
    header, *lines, footer = results.read(path)
    assert header.command.startswith("adbench run ")
    outcomes = [line for line in lines if isinstance(line, results.Outcome)]
    assert {line.backend: line.version for line in lines if isinstance(line, results.Started)}.keys() == {
        "manual",
        WRONG,
    }
    assert {(o.backend, o.status) for o in outcomes} == {("manual", "pass"), (WRONG, "fail")}
    assert footer.counts == {"pass": 3, "fail": 3}


def test_the_command_in_the_header_can_be_typed_again(adbench, tmp_path):
    path = tmp_path / "results.jsonl"
    arguments = ["run", "small.c*", "--cases", CASES, "-b", "manual", "--json", str(path)]
    adbench(*arguments)
    assert shlex.split(next(results.read(path)).command) == ["adbench", *arguments]
    assert "'small.c*'" in next(results.read(path)).command


def test_unsupported_alone_is_no_failure(adbench):
    code, out, _ = adbench("run", "small.cubic", "--cases", CASES, "-b", "fakes.raising:NoForward")
    assert code == 0
    assert "passed 1 of 1 applicable, 1 applicable of 2 cells" in out


def test_a_crash_is_a_failure_with_its_own_status(adbench):
    code, out, _ = adbench("run", "small.cubic", "--cases", CASES, "-b", "fakes.killers:Exits", "-o", "vjp")
    assert code == 1
    assert "crash small.cubic[small]:vjp:float64:fakes.killers:Exits" in out
    assert "  the process ended with exit code 3: leaving now" in out


DEVIATION = """[[deviation]]
backend = "fakes.wrong:*"
case = "small.cubic"
match = "{match}"
reason = "a planted sign"
reproduction = "pass"
"""


@pytest.mark.parametrize(
    ("match", "backend", "code", "said"),
    [
        ("derivative.*wrong", WRONG, 0, f"known {WRONG} ×1: a planted sign"),
        ("inaccurate", WRONG, 1, f"fail small.cubic[small]:vjp:float64:{WRONG}"),
        ("derivative", "fakes.wrong:WrongForward", 0, "known"),
        ("derivative", "fakes.wrong:WrongValue", 1, "fail"),
    ],
)
def test_expectations_explain_their_own_failure_and_no_other(adbench, tmp_path, match, backend, code, said):
    path = tmp_path / "mine.toml"
    path.write_text(DEVIATION.format(match=match))
    operator = "jvp" if "Forward" in backend else "vjp"
    options = ["--cases", CASES, "-b", backend, "-o", operator, "--expectations", path]
    got, out, _ = adbench("run", "small.cubic", *options)
    assert got == code
    assert said in out


def test_a_deviation_that_is_gone_is_exit_code_1(adbench, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(DEVIATION.format(match=".").replace("fakes.wrong:*", "manual"))
    options = ["--cases", CASES, "-b", "manual", "-o", "vjp", "--expectations", path]
    code, out, _ = adbench("run", "small.cubic", *options)
    assert code == 1
    assert "healed small.cubic:*:*:manual: small.cubic[small]:vjp:float64:manual passes now" in out


def test_a_backend_named_twice_is_run_once(adbench):
    _, out, _ = adbench("run", "small.cubic", "--cases", CASES, "-b", "manual,manual", "-o", "vjp")
    assert "passed 1 of 1 applicable" in out


INTERRUPTIBLE = """
import signal
from adbench.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored under nohup
main()
"""


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """A run in which one backend is done and the other hangs when Ctrl-C comes: code, errors, results."""
    path = tmp_path_factory.mktemp("interrupted") / "results.jsonl"
    arguments = [
        "run",
        "small.cubic",
        "--cases",
        CASES,
        "-b",
        "manual,fakes.killers:Hangs",
        "-o",
        "vjp",
        "-j",
        "2",
        "--cell-seconds",
        "600",
    ]
    command = [sys.executable, "-c", INTERRUPTIBLE, *arguments, "--json", str(path)]
    running = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            text = path.read_bytes() if path.exists() else b""
            if text.count(b'"type":"backend"') == 2 and b'"type":"outcome"' in text:
                break
            time.sleep(0.05)
        time.sleep(0.5)  # until the other one hangs
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does it: to everyone
        _, err = running.communicate(timeout=60)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
    return running.returncode, err.decode(), list(results.read(path))


def test_an_interrupted_run_is_exit_code_130_and_keeps_what_was_measured(interrupted):
    code, err, lines = interrupted
    assert code == 130
    assert "Traceback" not in err
    assert "small.cubic[small]:vjp:float64:manual" in [
        o.cell for o in lines if isinstance(o, results.Outcome)
    ]
    assert not isinstance(lines[-1], results.Footer)


def test_an_interrupted_run_says_that_it_was(interrupted):
    assert interrupted[1].splitlines()[-1] == "adbench: interrupted; what was measured is kept"


def test_an_interrupted_run_makes_nothing_up(interrupted):
    assert {line.status for line in interrupted[2] if isinstance(line, results.Outcome)} == {"pass"}


# list, show, bench


def test_list_names_every_case_and_those_of_a_pattern(adbench):
    listed = adbench("list", "cases")[1]
    assert "regression.ridge " in listed
    assert " small, medium, large; d2_k5 … d64_k100 " in listed
    code, out, _ = adbench("list", "cases", "calculus.sq*")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["case", "calculus.square"]


def test_list_shows_the_tags_of_cases(adbench):
    lines = adbench("list", "cases", "elementwise.tanh*")[1].splitlines()
    tagged = {line.split()[0]: "hazard" in line for line in lines}
    assert tagged["elementwise.tanh_far"]
    assert not tagged["elementwise.tanh_tiny"]


def test_list_names_operators_and_backends(adbench, monkeypatch):
    rows = adbench("list", "operators")[1].splitlines()[1:]
    assert [row.split()[0] for row in rows] == list(OPERATORS)
    assert all(len(row.split()) > 5 for row in rows)
    monkeypatch.setattr("adbench.registry.backend_names", lambda: LISTED)
    code, out, _ = adbench("list", "backends")
    assert code == 0
    assert "manual" in out
    assert "pip install" in next(line for line in out.splitlines() if line.startswith("fake"))


LISTED = {"manual": "adbench.backends.free:Manual", "fake": "fakes.unstartable.missing:Missing"}


def test_show_tells_function_inputs_expected_jacobian_and_each_answer_with_its_error(adbench):
    code, out, _ = adbench("show", "small.cubic", "--cases", CASES, "-b", f"manual,{WRONG}")
    assert code == 0
    assert "small.cubic[small]  M (s x³); M (2, 2), x (2,), s ()." in out
    assert "return M @ (s * x**3)" in out
    for heading in ("x (wrt)", "s (wrt)", "∂f/∂x", "tolerance, ulps", "error / tolerance"):
        assert heading in out
    assert "jacrev: pass" in out
    assert "jacrev: fail" in out
    assert "derivative by x (wrong): entry [" in out


def test_show_shows_a_nan_as_one(adbench):
    _, out, _ = adbench("show", "small.quotient", "--cases", CASES, "-b", "fakes.wrong:NaN")
    assert "None" not in out


def test_show_prints_the_compiled_gradient(adbench):
    code, out, _ = adbench("show", "small.cubic", "--cases", CASES, "--source", "-d", "float32")
    assert code == 0
    assert "def pullback_of_cubic(y_bar, M, x, s):" in out
    assert "M.shape == (2, 2) and M.dtype is float32" in out
    assert "small.cubic" not in out
    assert adbench("show", "small.*", "--cases", CASES, "--source")[0] == 2


def test_show_of_a_backend_that_dies_says_so(adbench):
    code, out, _ = adbench(
        "show", "small.far", "--cases", CASES, "-b", "fakes.raising:NoForward", "-o", "jacfwd"
    )
    assert code == 0
    assert "jacfwd: unsupported" in out
    assert "no forward mode here" in out


def test_bench_prints_ratios_and_writes_samples(adbench, tmp_path):
    path = tmp_path / "timings.jsonl"
    code, out, _ = adbench(
        "bench", "small.quotient", "--cases", CASES, "-b", "numpy,manual", "--json", path
    )
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "small.quotient[small] vjp float64"
    for name, words in {"manual": ("1.00",), "numpy": ("fastest",)}.items():
        row = next(line.split() for line in lines if line.startswith(f"  {name} "))
        assert set(words) <= set(row)
        assert sum(word.startswith("±") for word in row) == 3
    samples = [line for line in results.read(path) if isinstance(line, results.Sample)]
    assert {(s.backend, s.operator, s.status) for s in samples} == {
        (backend, operator, "timed") for backend in ("numpy", "manual") for operator in ("primal", "vjp")
    }


def test_bench_ranks_no_derivative_that_is_wrong(adbench):
    code, out, _ = adbench("bench", "small.quotient", "--cases", CASES, "-b", WRONG)
    assert code == 0
    assert "✗ in no ranking, because the derivative does not conform:" in out
    assert f"  small.quotient[small]:vjp:float64:{WRONG}" in out
