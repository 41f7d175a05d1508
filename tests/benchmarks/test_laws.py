"""What is made of the laws' times, where the exponents are known; and the counts that predict them."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from fakes.lines import processes, sample

from adbench.cases import laws as cases
from adbench.environment import header
from adbench.journal import Journal

ROOT = Path(__file__).parents[2]
SHAPE = {"n": 32, "m": 48, "p": 40, "q": 16}


@pytest.fixture
def fits(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("laws_fits")


@pytest.fixture
def pages(fits):
    return importlib.import_module("laws_page")


def noisy(seconds):
    """Five processes of twelve rounds."""
    rng = np.random.default_rng(7)
    return (seconds * np.exp(0.02 * rng.normal(size=(5, 1)) + 0.02 * rng.normal(size=(5, 12)))).tolist()


def lines(law, operator, seconds, sizes, backend="fake", **fields):
    """Samples of a law whose time is known by the size's keywords."""
    return [
        line
        for size, keywords in sizes.items()
        for line in processes(
            backend, operator, noisy(seconds(**keywords)), case=f"laws_sweep.{law}", size=size, **fields
        )
    ]


def chain_lines(fits, law):
    """Times in proportion to the multiplications."""
    return [
        line
        for operator in ("jacfwd", "jacrev")
        for line in lines(law, operator, lambda o=operator, **n: 1e-9 * fits.multiplications(**n)[o], fits.SWEEPS[law])
    ]


class Counted:
    """A matrix of which products are counted and never made."""

    def __init__(self, *shape):
        self.shape, self.multiplications = shape, 0

    def __matmul__(self, other):
        made = Counted(self.shape[0], other.shape[1])
        made.multiplications = (
            self.multiplications + other.multiplications + self.shape[0] * self.shape[1] * other.shape[1]
        )
        return made


def test_multiplications_are_those_of_the_products(fits):
    n, m, p, q = SHAPE.values()
    F, G, H = Counted(q, p), Counted(p, m), Counted(m, n)
    assert fits.multiplications(**SHAPE) == {
        "jacfwd": (F @ (G @ H)).multiplications,
        "jacrev": ((F @ G) @ H).multiplications,
    }
    assert fits.with_seeds(**SHAPE) == {
        "jacfwd": (F @ (G @ (H @ Counted(n, n)))).multiplications,
        "jacrev": (((Counted(q, q) @ F) @ G) @ H).multiplications,
    }


@pytest.mark.parametrize("operator", ["jacfwd", "jacrev"])
def test_jax_counts_the_same_operations(fits, operator):
    """Two a multiplication, and beside them those of the value and of what is done entry by entry."""
    jax = pytest.importorskip("jax")
    inputs = {name: x.astype(np.float32) for name, x in cases.wide.draw_inputs(
        np.random.default_rng(0), "", SHAPE).items()}  # fmt: skip
    x = inputs.pop("x")
    f = getattr(jax, operator)(lambda x: cases.wide.function(jax.numpy, x, **inputs))
    operations = jax.jit(f).lower(x).cost_analysis()["flops"]
    assert 1.0 <= operations / (2 * fits.with_seeds(**SHAPE)[operator]) < 1.2


def test_both_modes_multiply_as_much_where_inputs_are_as_many_as_outputs(fits):
    for k in (1, 64):
        for count in (fits.multiplications, fits.with_seeds):
            counts = count(n=k, m=256, p=256, q=k)
            assert counts["jacfwd"] == counts["jacrev"]


@pytest.mark.parametrize("law", ["wide", "tall"])
def test_a_library_that_keeps_to_the_counts_agrees_with_theory(fits, law):
    forward, reverse, crossing = fits.rows({law: chain_lines(fits, law)})
    assert all(fits.agrees(row, "fake") for row in (forward, reverse, crossing))
    by_inputs, by_others = (forward, reverse) if law == "wide" else (reverse, forward)
    assert by_inputs.found["fake"].value == pytest.approx(1.0, abs=0.05)
    assert 0 < by_others.found["fake"].value < 0.5
    at = crossing.found["fake"]
    assert at.low < at.value < at.high
    assert at.value == pytest.approx(64, rel=0.2)


def test_what_grows_as_the_square_is_told_from_what_grows_as_n(fits):
    linear = lines("hvp_cost", "vjp", lambda n: 1e-8 * n, fits.SWEEPS["hvp_cost"])
    product = lines("hvp_cost", "hvp", lambda n: 2.2e-8 * n, fits.SWEEPS["hvp_cost"])
    whole = lines("hvp_cost", "hvp", lambda n: 1e-8 * n * n, fits.SWEEPS["hvp_cost"])
    exponent, ratio = fits.rows({"hvp_cost": linear + product})
    assert exponent.found["fake"].value == pytest.approx(1.0, abs=0.03)
    assert ratio.found["fake"].value == pytest.approx(2.2, rel=0.05)
    assert fits.agrees(exponent, "fake")
    assert fits.agrees(ratio, "fake")
    exponent, ratio = fits.rows({"hvp_cost": linear + whole})
    assert exponent.found["fake"].value == pytest.approx(2.0, abs=0.03)
    assert not fits.agrees(exponent, "fake")
    assert not fits.agrees(ratio, "fake")


def test_memory_has_an_exponent_where_it_can_be_seen(fits):
    made = [
        line
        for size, keywords in fits.SWEEPS["deep_chain"].items()
        for line in lines(
            "deep_chain", "vjp", lambda steps: 1e-6 * steps, {size: keywords}, peak_bytes=120 * keywords["steps"]
        )
    ]
    time, memory = fits.rows({"deep_chain": made})
    assert time.found["fake"].value == pytest.approx(1.0, abs=0.03)
    assert memory.found["fake"].value == pytest.approx(1.0, abs=1e-9)
    assert "fake" not in memory.last  # two sizes of more than a megabyte


def test_the_cheap_gradient_is_a_mean_over_cases(fits):
    made = [
        line
        for case, ratio in (("a.one", 2.0), ("a.two", 8.0))
        for operator, seconds in (("primal", 1e-3), ("vjp", 1e-3 * ratio))
        for line in processes("fake", operator, [[seconds] * 3] * 3, case=case, size="medium")
    ]
    (row,) = fits.rows({"cheap_gradient": made})
    assert row.found["fake"].value == pytest.approx(4.0)
    assert "2 cases" in row.quantity


def test_what_does_not_conform_is_of_no_law(fits):
    wrong = lines("wide_reuse", "vjp", lambda depth: 1e-6 * depth, fits.SWEEPS["wide_reuse"], conforms=False)
    (row,) = fits.rows({"wide_reuse": wrong})
    assert row.found == {}


def test_the_page_and_the_plot_are_made_again_from_the_files(fits, pages, tmp_path):
    pytest.importorskip("matplotlib")
    made = lines("wide_reuse", "vjp", lambda depth: 1e-6 * depth**2, fits.SWEEPS["wide_reuse"], backend="numpy")
    made.append(sample("torch", "vjp", case="laws_sweep.wide_reuse", size="n30", status="oom", message="too large"))
    for law, samples in (("wide", chain_lines(fits, "wide")), ("wide_reuse", made)):
        with Journal(tmp_path / f"{law}.jsonl", header("python benchmarks/laws.py")) as journal:
            for line in samples:
                journal.write(line)
            journal.close(1.0)
    pages.write(tmp_path, tmp_path)
    page, drawing = (tmp_path / "laws.md").read_text(), (tmp_path / "laws.svg").read_bytes()
    (line,) = (line for line in page.splitlines() if line.startswith("| wide_reuse | time"))
    assert "| **2.0" in line  # off, and so in bold
    assert any(line.startswith("| wide | n at which both take as long | 64 |") for line in page.splitlines())
    assert "- Not timed: `laws_sweep.wide_reuse[n30]:vjp:float64:torch`, oom: too large." in page
    pages.write(tmp_path, tmp_path)
    assert (tmp_path / "laws.md").read_text() == page
    assert (tmp_path / "laws.svg").read_bytes() == drawing


def test_a_folder_without_results_is_told(pages, tmp_path):
    with pytest.raises(SystemExit, match="no results file of a law"):
        pages.write(tmp_path, tmp_path)
