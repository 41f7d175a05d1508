"""The rules that our own adapters tell: their names, which of them a cell reaches, and nothing is touched unasked."""

import importlib

import pytest
from fakes import CASES

from adbench.coverage import left_out
from adbench.errors import BackendNotInstalled, NoRules
from adbench.plan import Cell
from adbench.registry import load_backend
from adbench.runner import protocol
from adbench.runner.process import Worker

LOG = {  # of log(x + 10⁴): forward and reverse mode, and the reverse mode of its gradient
    "numpy": ({"jvp:add", "jvp:log"}, {"vjp:add", "vjp:log"}, {"vjp:reciprocal"}),
    "autograd": ({"jvp:numpy.add", "jvp:numpy.log"}, {"vjp:numpy.add", "vjp:numpy.log"}, {"vjp:numpy.divide"}),
    "torch": ({"jvp:add.Tensor", "jvp:log"}, {"vjp:add.Tensor", "vjp:log"}, {"vjp:div.Tensor"}),
    "jax": ({"jvp:add", "jvp:log"}, {"vjp:div"}, {"jvp:div"}),  # what is transposed is x_dot / (x + 10⁴)
}
KNOWN = {
    "numpy": {"jvp:sin", "vjp:sin", "jvp:digamma", "vjp:modulus", "vjp:abs"},
    "autograd": {"jvp:numpy.sin", "vjp:numpy.linalg.det", "vjp:scipy.stats.norm.pdf", "vjp:core.VSpace.add"},
    "torch": {"vjp:add.Scalar", "jvp:add.Scalar", "vjp:select.int", "vjp:select.int[AutogradNestedTensor]"},
    "jax": {"jvp:sin", "jvp:dot_general", "vjp:dot_general", "vjp:scan"},
}


def rules_of(name):
    """As `Backend.rules` gives them in this process, in which nothing must be recorded."""
    try:
        return load_backend(name).rules()
    except NoRules:
        raise
    except BackendNotInstalled as error:
        pytest.skip(str(error))


@pytest.fixture
def recorder():
    """Start a worker that records."""
    made = []

    def start(name):
        try:
            made.append(Worker(name, (CASES,), record=True))
        except BackendNotInstalled as error:
            pytest.skip(str(error))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.mark.parametrize("name", LOG)
def test_a_cell_reaches_the_rules_of_its_function_in_its_mode(recorder, name):
    worker = recorder(name)
    for operator, expected in zip(("jvp", "vjp", "revrev"), LOG[name], strict=True):
        cell = Cell(case="small.far", size="small", operator=operator, dtype="float64", backend=name)
        outcome = worker.ask(protocol.Check(cell), 100.0).outcome
        assert outcome.status == "pass"
        assert expected <= set(outcome.rules) <= set(worker.ready.rules)
        if operator == "jvp":
            assert not any(rule.startswith("vjp:") for rule in outcome.rules)


@pytest.mark.parametrize("name", KNOWN)
def test_the_rules_have_the_librarys_names(name):
    rules = rules_of(name)
    assert KNOWN[name] <= set(rules)
    assert len(set(rules)) == len(rules)


@pytest.mark.parametrize("name", KNOWN)
def test_the_records_of_those_left_out_are_of_them(name):
    assert all(record.reason for record in left_out(load_backend(name), rules_of(name)))  # a glob of no rule raises


@pytest.mark.parametrize("name", ["numpy:compiled", "jax:jit", "torch:compile"])
def test_what_is_compiled_has_the_rules_of_its_library(name):
    with pytest.raises(NoRules, match=f"{name} has the derivative rules of {name.partition(':')[0]}"):
        rules_of(name)


def test_what_only_raises_and_copies_of_views_are_no_rules_of_torch():
    rules = set(rules_of("torch"))
    assert not {"vjp:geqrf", "vjp:chunk", "vjp:unbind_copy.int"} & rules
    assert "vjp:cholesky" in rules


WATCHED = {  # what recording would replace
    "numpy": ("adbench.engine.core", lambda core: (core.Dual.__init__, core.Node.__init__)),
    "autograd": ("autograd.core", lambda core: list(core.primitive_vjps.values())),
    "torch": ("torch", lambda torch: (torch.func.jvp, torch.func.hessian, torch.autograd.grad)),
    "jax": ("jax.interpreters.ad", lambda ad: list(ad.primitive_jvps.values())),
}


@pytest.mark.parametrize("name", WATCHED)
def test_to_name_the_rules_touches_nothing(name):
    assert rules_of(name)  # imports what there is to import
    module, look = WATCHED[name]
    before = look(importlib.import_module(module))
    assert load_backend(name).rules()
    assert look(importlib.import_module(module)) == before
