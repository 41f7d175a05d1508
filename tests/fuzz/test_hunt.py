"""Hunts: a backend that is wrong somewhere is found and its inputs made simple; one that is right is left alone."""

import time

import numpy as np
import pytest
from adbench.backends.free import Manual
from fakes import picky, wrong

from adbench.expectations import Deviation


def only(hunt):
    (finding,) = hunt.findings
    return finding


def backend_picks(backend, finding):
    return backend.picks(np.concatenate([x.ravel() for x in finding.inputs.values()]))


def entries(finding):
    return sorted(abs(v) for x in finding.inputs.values() for v in x.ravel())


@pytest.mark.parametrize("name", ["small.quotient", "shaped.larger"])
def test_a_backend_that_is_right_is_left_alone(hunted, name):
    hunt = hunted(Manual(), name, examples=80)
    assert hunt.findings == []
    assert hunt.judged > 40  # what is drawn twice counts once
    assert hunt.cells == 4 * hunt.judged
    assert set(hunt.discarded) <= {"at a kink", "out of range", "outside the domain"}


@pytest.mark.parametrize("backend", [wrong.WrongSign, wrong.SlightlyOff, wrong.WrongFactor])
def test_a_backend_that_is_always_wrong_is_found_at_the_simplest_inputs(hunted, backend):
    finding = only(hunted(backend(), "shaped.product", examples=20))
    assert finding.outcome.status == "fail"
    assert finding.outcome.message.startswith("derivative by x,y (")
    assert finding.others == ("vjp", "jacfwd", "jacrev")
    assert {x.shape for x in finding.inputs.values()} == {(1,)}
    assert entries(finding) == [1.0, 1.0]
    assert not finding.flat


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_each_dtype_is_hunted_in(hunted, dtype):
    finding = only(hunted(wrong.WrongSign(), "shaped.product", dtype=dtype, examples=10))
    assert finding.outcome.dtype == dtype


@pytest.mark.parametrize(
    ("backend", "simplest"),
    [
        (picky.WrongForNegative, [1.0, 1.0]),
        (picky.SlightlyOffForNegative, [1.0, 1.0]),
        (picky.WrongAtTies, [1.0, 1.0]),
    ],
)
def test_what_is_wrong_somewhere_is_found_and_made_simple(hunted, backend, simplest):
    finding = only(hunted(backend(), "shaped.product", examples=100, seed=1))
    assert [x for x in entries(finding) if x] == simplest  # zeros may stand beside them
    assert backend_picks(backend(), finding)


@pytest.mark.parametrize("backend", [picky.WrongAtNearTies, picky.WrongIfHuge, picky.WrongIfTiny])
def test_what_is_wrong_at_rare_numbers_alone_is_found(hunted, backend):
    finding = hunted(backend(), "shaped.product", examples=200).findings[0]
    assert backend_picks(backend(), finding)


def test_a_fault_of_a_kink_is_found_beside_the_kink(hunted):
    finding = hunted(picky.WrongAtNearTies(), "shaped.larger", examples=200).findings[0]
    assert backend_picks(picky.WrongAtNearTies(), finding)


def test_faults_of_different_operators_are_told_apart(hunted):
    class Wrong(wrong.WrongReverse):
        def jvp(self, f, primals, tangents):
            y, y_dot = Manual.jvp(self, f, primals, tangents)
            return y, -y_dot if primals[0][-1] > 0 else y_dot

    hunt = hunted(Wrong(), "shaped.product", operators=("jvp", "vjp"), examples=100)
    assert sorted(f.outcome.operator for f in hunt.findings) == ["jvp", "vjp"]


def test_the_same_seed_draws_the_same_and_another_does_not(hunted, asked, monkeypatch, tmp_path):
    def drawn(seed):
        asked.clear()
        monkeypatch.setenv("ADBENCH_CACHE", str(tmp_path / f"cache{time.monotonic_ns()}"))
        hunted(Manual(), "shaped.product", examples=20, seed=seed)
        return [[x.tolist() for x in inputs.values()] for inputs in asked]

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)


def test_what_was_found_before_is_tried_first(hunted, asked):
    found = only(hunted(wrong.WrongSign(), "shaped.product", examples=20, seed=1))
    asked.clear()
    again = only(hunted(wrong.WrongSign(), "shaped.product", examples=20, seed=2))
    tried = [{name: x.tolist() for name, x in inputs.items()} for inputs in asked[:4]]
    assert {name: x.tolist() for name, x in found.inputs.items()} in tried
    assert entries(again) == entries(found)


def test_known_deviations_are_counted_apart(hunted):
    known = Deviation(reason="it has its signs wrong", match="derivative", reproduction="-", backend="fake")
    hunt = hunted(wrong.WrongSign(), "shaped.product", examples=10, deviations=[known])
    assert hunt.findings == []
    assert hunt.known["it has its signs wrong"] > hunt.cells / 2  # at zeros a wrong sign is none


def test_another_failure_does_not_hide_behind_a_known_one(hunted):
    known = Deviation(reason="it is off by rounding", match="ulps, 1.0 ×", reproduction="-", backend="fake")
    assert hunted(wrong.WrongSign(), "shaped.product", examples=10, deviations=[known]).findings


def test_examples_that_say_nothing_are_counted_by_reason(hunted):
    hunt = hunted(Manual(), "small.quotient", examples=50)
    assert hunt.discarded["out of range"] > 0
    assert hunted(Manual(), "shaped.larger", examples=50).discarded["at a kink"] > 0
    assert hunted(Manual(), "shaped.log", examples=30).discarded["outside the domain"] > 0


def test_nothing_is_judged_after_the_deadline(hunted, asked):
    hunt = hunted(wrong.WrongSign(), "shaped.product", deadline=time.monotonic() - 1)
    assert (hunt.judged, hunt.findings, asked) == (0, [], [])


def test_no_example_is_judged_twice(hunted, asked):
    hunted(picky.WrongForNegative(), "shaped.product", examples=60)
    keys = [tuple(x.tobytes() for x in inputs.values()) for inputs in asked]
    assert len(set(keys)) == len(keys)


def test_an_operator_that_is_not_supported_is_no_cell_and_no_finding(hunted):
    from fakes.raising import NoForward

    hunt = hunted(NoForward(), "shaped.product", examples=10)
    assert hunt.findings == []
    assert hunt.cells == 2 * hunt.judged
