"""`adbench fuzz` as its users meet it: what it prints, what that file then does, and the exit codes."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest
from fakes import CASES

SHAPED = CASES.replace("small.py", "shaped.py")


@pytest.fixture
def fuzz(adbench):
    def run(case, backend, *options):
        fixed = ("--cases", SHAPED, "--dtype", "float64", "--seed", 1, "--examples", 30)
        return adbench("fuzz", case, "--backend", backend, *fixed, *options)

    return run


def pasted(out):
    """The first file that is printed, and the command in it."""
    text = re.search(r'^""".*?^register\(.*?\)$', out, re.DOTALL | re.MULTILINE).group()
    return text, re.search(r"^    adbench (run .*)$", text, re.MULTILINE).group(1)


@pytest.mark.parametrize("backend", ["fakes.wrong:WrongSign", "fakes.picky:SlightlyOffForNegative"])
def test_the_file_that_is_printed_reproduces_the_failure(fuzz, adbench, monkeypatch, tmp_path, backend):
    monkeypatch.chdir(tmp_path)
    code, out, _ = fuzz("shaped.product", backend)
    assert code == 1
    text, command = pasted(out)
    (tmp_path / "found.py").write_text(text)
    message = re.search(r"^  (derivative by .*)$", out, re.MULTILINE).group(1)
    code, ran, _ = adbench(*shlex.split(command))
    assert code == 1
    assert message in ran


def test_a_backend_that_is_right_ends_with_0_and_the_counts(fuzz):
    code, out, _ = fuzz("shaped.product", "manual", "--operator", "vjp")
    assert code == 0
    judged, cells = map(int, re.search(r"judged (\d+) examples, (\d+) cells, in 1 hunts", out).groups())
    assert 0 < judged == cells <= 30
    assert re.search(r"discarded (0|\d+: \d+ out of range)\n", out)
    assert "found 0\nseed 1," in out


def test_the_same_seed_prints_the_same(fuzz, monkeypatch, tmp_path):
    def printed(folder):
        monkeypatch.setenv("ADBENCH_CACHE", str(tmp_path / folder))
        return fuzz("shaped.product", "fakes.picky:WrongForNegative", "--operator", "vjp")[1].rpartition("\nseed")[0]

    assert printed("one") == printed("two")


def test_a_crash_is_found_and_shrunk(fuzz):
    code, out, _ = fuzz("shaped.product", "fakes.picky:ExitsForNegative", "--operator", "vjp", "--examples", 5)
    assert code == 1
    assert "crash shaped.product[found]:vjp:float64:fakes.picky:ExitsForNegative" in out
    assert "the process ended with exit code 3" in out


def test_known_deviations_are_counted_and_not_found(fuzz, tmp_path):
    (file := tmp_path / "known.toml").write_text(
        '[[deviation]]\nbackend = "fakes.*"\nmatch = "derivative"\nreason = "signs"\nreproduction = "-"\n'
    )
    code, out, _ = fuzz("shaped.product", "fakes.wrong:WrongSign", "--expectations", file)
    assert code == 0
    assert re.search(r"known ×\d+: signs", out)


def test_a_hunt_that_discards_nearly_everything_says_so(fuzz):
    code, out, _ = fuzz("shaped.narrow", "manual", "--operator", "vjp", "--examples", 10)
    assert code == 0
    assert re.search(r"shaped.narrow float64 manual: judged only \d+, discarded \d+: \d+ outside the domain", out)
    assert "a domain, declared in the case" in out


def test_ctrl_c_ends_with_130_and_what_was_found(tmp_path):
    command = [sys.executable, "-m", "adbench", "fuzz", "shaped.product", "--cases", SHAPED, "--dtype", "float64"]
    command += ["--backend", "fakes.picky:HangsForNegative", "--operator", "vjp", "--examples", "200", "--seed", "1"]
    hangs = tmp_path / "hangs"
    environment, pipe = {**os.environ, "HANGS": str(hangs)}, subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        while process.poll() is None and not hangs.exists():
            time.sleep(0.05)  # the hang is in a process of that process: nothing but its file can be waited for
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert re.search(r"judged \d+ examples", out)
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["shaped.prduct"], 2, "no case named 'shaped.prduct'; did you mean shaped.product"),
        (["shaped.product", "-b", "pytorch"], 2, "no backend named 'pytorch'; did you mean torch"),
        (["shaped.product", "-b", "fakes.nowhere:Nothing"], 2, "no backend named 'fakes.nowhere:Nothing'"),
        (["shaped.product", "-o", "vpj"], 2, "no operator named 'vpj'; did you mean vjp"),
        (["shaped.product", "-d", "float46"], 2, "no dtype named 'float46'; did you mean float64"),
        (["shaped.product", "-b", "manual", "--expectations", "nowhere.toml"], 6, "nowhere.toml"),
        (["shaped.product", "-b", "fakes.unstartable.missing:Missing"], 4, "is not installed"),
        (["sigmoid.sigmoid_chain_100", "-d", "float32", "-b", "manual"], 5, "no chosen case has these dtypes"),
        (["shaped.product", "-b", "manual", "--seconds", "0.000001"], 5, "nothing judged"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(adbench, arguments, code, sentence):
    ended, _, err = adbench("fuzz", *arguments, "--cases", SHAPED)
    assert ended == code
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [[], ["shaped.product", "--examples", "0"], ["shaped.product", "--seed", "x"]])
def test_wrong_usage_ends_with_2(adbench, arguments):
    assert adbench("fuzz", *arguments)[0] == 2


def test_without_hypothesis_the_extra_is_named(fuzz, monkeypatch):
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    code, _, err = fuzz("shaped.product", "manual")
    assert code == 4
    assert 'pip install "adbench-suite[fuzz]"' in err
