"""Which cells a run holds, in which order, and which sizes are too large for the oracle."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from adbench.case import Case
from adbench.errors import AdbenchError, UnknownName
from adbench.plan import LARGEST_JACOBIAN, Cell, Order, check_names, name_and_version, plan, with_sizes


def made(name, sizes=("small", "large"), **fields):
    entries = {"small": 2, "medium": 3, "large": 200, "at_limit": 0}
    c = Case(
        name=name,
        function=lambda xp, x: x * 2,
        wrt=("x",),
        sizes={s: {"n": entries[s]} for s in sizes},
        **fields,
    )
    c.inputs(lambda rng, n: {"x": np.ones(n)})
    return c


A, B = made("a.one"), made("b.two", sizes=("medium",))


def test_the_id_of_a_cell_is_stable():
    cell = Cell(case="a.one", size="small", operator="jvp", dtype="float32", backend="jax:jit")
    assert cell.id == "a.one[small]:jvp:float32:jax:jit"
    assert msgspec.structs.replace(cell, device="cuda").id == "a.one[small]:jvp:float32:jax:jit@cuda"


def test_cells_survive_json_and_serve_as_keys():
    cell = Cell(case="a.one", size="small", operator="jvp", dtype="float32", backend="jax")
    assert msgspec.json.decode(msgspec.json.encode(cell), type=Cell) == cell
    assert {cell: 1}[msgspec.structs.replace(cell)] == 1


def test_the_order_is_backend_case_dtype_operator():
    cells = list(plan([(A, "small"), (B, "medium")], ["torch", "jax"], ["jvp", "vjp"], ["float64", "float32"]).cells())
    assert [c.id for c in cells] == [
        f"{case}:{operator}:{dtype}:{backend}"
        for backend in ("torch", "jax")
        for case in ("a.one[small]", "b.two[medium]")
        for dtype in ("float64", "float32")
        for operator in ("jvp", "vjp")
    ]


def test_what_shares_a_truth_stays_together():
    whole = plan([(A, "small"), (A, "large"), (B, "medium")], ["x"], ["jvp", "vjp", "jacrev"], ["float64", "float32"])
    cells = list(whole.cells())
    runs = [(c.case, c.size, c.dtype) for i, c in enumerate(cells) if i == 0 or truth_of(c) != truth_of(cells[i - 1])]
    assert len(runs) == len(set(runs)) == 6


def truth_of(cell):
    return cell.case, cell.size, cell.dtype


def test_dtypes_that_a_case_does_not_have_are_left_out():
    narrow = made("c.three", dtypes=("float64",))
    cells = list(plan([(narrow, "small"), (A, "small")], ["x"], ["jvp"], ["float32", "float64"]).cells())
    assert [(c.case, c.dtype) for c in cells] == [
        ("c.three", "float64"), ("a.one", "float32"), ("a.one", "float64"),
    ]  # fmt: skip


def test_a_plan_of_nothing_is_empty():
    assert list(plan([], ["x"], ["jvp"], ["float64"]).cells()) == []
    assert list(plan([(A, "small")], [], ["jvp"], ["float64"]).cells()) == []


def test_an_iterator_of_cases_serves_every_backend():
    assert len(list(plan(iter([(A, "small")]), ["x", "y"], ["jvp"], ["float64"]).cells())) == 2


def test_the_order_of_a_plan_is_that_of_its_cells():
    narrow = made("c.three", dtypes=("float64",))
    whole = plan([(A, "small"), (narrow, "small"), (A, "large")], ["x", "y"], ["vjp", "jvp"], ["float32", "float64"])
    order, cells = Order(whole), list(whole.cells())
    assert [order[cell] for cell in cells] == list(range(len(order))) == list(range(len(cells)))


@pytest.mark.parametrize("field", ["case", "size", "operator", "dtype", "backend", "device", "variant"])
def test_a_cell_that_a_plan_does_not_have_has_no_place_in_it(field):
    whole = plan([(A, "small")], ["x"], ["vjp"], ["float64"])
    with pytest.raises(KeyError):
        Order(whole)[msgspec.structs.replace(next(whole.cells()), **{field: "other"})]


# sizes


def test_unnamed_sizes_are_the_first_of_each_case():
    assert with_sizes([A, B], []) == [(A, "small"), (B, "medium")]


def test_named_sizes_are_those_that_a_case_has():
    assert with_sizes([A, B], ["medium"]) == [(B, "medium")]
    assert with_sizes([A, B], ["medium", "small"]) == [(A, "small"), (B, "medium")]
    assert with_sizes(iter([A, B]), ["small"]) == [(A, "small")]


def test_the_full_tier_takes_every_size_that_the_oracle_can():
    assert with_sizes([A, B], [], full=True) == [(A, "small"), (B, "medium")]
    assert A.jacobian_entries("large") > LARGEST_JACOBIAN
    assert with_sizes([made("a.one", sizes=("small", "medium"))], [], full=True)[1][1] == "medium"


def test_the_full_tier_leaves_out_what_is_for_timing_and_what_is_published():
    sizes = ("small", "medium", "at_limit")
    c = made("a.one", sizes, timed=("medium",), published={"n9": {"n": 9}})
    assert with_sizes([c], [], full=True) == [(c, "small"), (c, "at_limit")]
    assert with_sizes([c], ["medium", "n9"]) == [(c, "medium"), (c, "n9")]


def test_a_jacobian_of_exactly_the_largest_is_taken(monkeypatch):
    monkeypatch.setattr("adbench.plan.LARGEST_JACOBIAN", 9)
    assert [size for _, size in with_sizes([B], ["medium"])] == ["medium"]
    assert [size for _, size in with_sizes([B], [], full=True)] == ["medium"]
    monkeypatch.setattr("adbench.plan.LARGEST_JACOBIAN", 8)
    assert with_sizes([B], [], full=True) == []


def diagonal():
    case = made("a.sparse", sizes=("medium",))
    case.sparsity(lambda x: (np.arange(3), np.arange(3)))
    return case


def test_a_structure_takes_a_named_size_further(monkeypatch):
    """Three entries along one colour, of a Jacobian of nine."""
    sparse = diagonal()
    monkeypatch.setattr("adbench.plan.LARGEST_JACOBIAN", 8)
    with pytest.raises(AdbenchError, match="beyond the 8"):
        with_sizes([B], ["medium"])
    assert with_sizes([sparse], ["medium"]) == [(sparse, "medium")]
    assert with_sizes([sparse], [], full=True) == []
    monkeypatch.setattr("adbench.plan.LARGEST_COMPRESSED", 2)
    with pytest.raises(AdbenchError, match="beyond the 8"):
        with_sizes([sparse], ["medium"])


def test_compressed_jacobians_are_of_cases_that_declare_a_structure():
    whole = plan([(A, "small"), (diagonal(), "medium")], ["x"], ["jvp", "jacsparse"], ["float64"])
    cells = [(cell.case, cell.operator) for cell in whole.cells()]
    assert cells == [("a.one", "jvp"), ("a.sparse", "jvp"), ("a.sparse", "jacsparse")]


def test_a_named_size_beyond_the_oracle_says_what_takes_it():
    with pytest.raises(AdbenchError) as error:
        with_sizes([A, B], ["large"])
    sentence = str(error.value)
    assert "a.one[large] has a Jacobian of 40000 entries" in sentence
    assert "beyond the 20000" in sentence
    assert "`adbench bench` takes this size" in sentence
    assert error.value.exit_code == 2


@pytest.mark.parametrize("full", [False, True])
def test_an_unknown_size_is_refused_with_the_nearest(full):
    with pytest.raises(UnknownName, match=r"no size named 'smal'; did you mean small\?"):
        with_sizes([A, B], ["smal"], full=full)


def test_check_names_takes_iterators_and_refuses_the_first_unknown():
    check_names("operator", ["jvp", "vjp"], iter(["vjp", "jvp"]))
    with pytest.raises(UnknownName, match=r"no operator named 'jpv'; did you mean .*jvp") as error:
        check_names("operator", ["jvp", "jpv", "nope"], iter(["vjp", "jvp"]))
    assert error.value.name == "jpv"


@pytest.mark.parametrize(
    ("backend", "parts"),
    [("jax", ("jax", "")), ("jax:jit@0.9.2", ("jax:jit", "0.9.2")), ("a.b:C@2.13.0+cpu", ("a.b:C", "2.13.0+cpu"))],
)
def test_a_backend_in_a_cell_is_a_name_and_maybe_a_version(backend, parts):
    assert name_and_version(backend) == parts


# variants


def test_variants_are_of_both_modes_at_the_first_size_in_the_first_dtype():
    sized = [(A, "small"), (A, "large"), (B, "medium")]
    operators = ["jvp", "vjp", "jacfwd"]
    whole = plan(sized, ["x"], operators, ["float64", "float32"], variants=("", "layout", "batched"))
    varied = [c for c in whole.cells() if c.variant]
    assert [c.id for c in varied] == [
        f"{case}~{variant}:{operator}:float64:x"
        for case in ("a.one[small]", "b.two[medium]")
        for variant in ("layout", "batched")
        for operator in ("jvp", "vjp")
    ]
    plain = plan(sized, ["x"], operators, ["float64", "float32"])
    assert [c for c in whole.cells() if not c.variant] == list(plain.cells())
    assert {truth_of(c) for c in varied} < {truth_of(c) for c in plain.cells()}


def test_the_order_of_a_plan_with_variants_rises_along_its_cells():
    whole = plan([(A, "small"), (A, "large")], ["x", "y"], ["vjp", "jacrev"], ["float64"], variants=("", "unused"))
    places = [Order(whole)[cell] for cell in whole.cells()]
    assert places == sorted(set(places))
    assert max(places) < len(Order(whole))


def test_the_line_of_a_cell_names_its_variant_if_it_is_one():
    cell = Cell(case="a.one", size="small", operator="jvp", dtype="float32", backend="jax")
    assert "variant" not in cell.fields()
    varied = msgspec.structs.replace(cell, variant="closure")
    assert varied.id == varied.fields()["cell"] == "a.one[small]~closure:jvp:float32:jax"
    assert varied.fields()["variant"] == "closure"
