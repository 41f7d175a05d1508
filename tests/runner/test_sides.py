"""What the two sides of a comparison may be, and what is refused in one sentence."""

import pytest
from fakes import CASES, small
from fakes.interpreters import interpreter, library

from adbench.errors import AdbenchError
from adbench.runner.sides import couples

RELEASED = "fakes.released:Released"


def test_two_backends_under_this_interpreter():
    ((base, head),) = couples("jax", "jax:jit")
    assert (base.role, base.backend, base.column, base.option, base.python) == ("base", "jax", "jax@base", "jax", "")
    assert (head.role, head.backend, head.column, head.option) == ("head", "jax:jit", "jax:jit@head", "jax:jit")


def test_several_backends_are_compared_one_by_one():
    found = couples("numpy,torch", "numpy:compiled,torch:compile")
    assert [(b.backend, h.backend) for b, h in found] == [("numpy", "numpy:compiled"), ("torch", "torch:compile")]


def test_one_backend_under_two_interpreters(tmp_path):
    old, new = (library(tmp_path / name, "1.0") for name in ("old", "new"))  # of one version, as two commits are
    ((base, head),) = couples(f"{RELEASED}={old}", f"{RELEASED}={new}", [small.quotient], (CASES,))
    assert (base.backend, base.python, head.python) == (RELEASED, old, new)
    assert base.option == f"{RELEASED}={old}"
    assert set(base.environment) == {"python", "numpy"}


@pytest.mark.parametrize(
    ("base", "head", "sentence"),
    [
        ("pytorch", "torch", "no backend named 'pytorch'; did you mean torch"),
        ("torch", "torch=/no/where", "torch=/no/where: no such file"),
        ("torch", "torch=", "'torch=' is no side of a comparison, which is BACKEND, BACKEND=PYTHON, or a results file"),
        ("=python", "torch", "'=python' is no side"),
        ("torch,torch", "torch,numpy", "'torch,torch' is no side"),
        ("torch,numpy", "torch", "torch,numpy has 2 and torch 1 backends, which are compared one by one"),
        ("torch", "torch=/usr", "torch=/usr: is a folder; its interpreter may be /usr/bin/python"),
    ],
)
def test_what_is_no_side_is_refused(base, head, sentence):
    with pytest.raises(AdbenchError) as caught:
        couples(base, head)
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith(sentence)


def test_two_interpreters_that_import_one_and_the_same_adbench_are_no_comparison_of_it(tmp_path):
    old, new = (interpreter(tmp_path / name) for name in ("old", "new"))
    with pytest.raises(AdbenchError, match=r"both import adbench from .*adbench, so there is nothing to compare; set"):
        couples(f"numpy={old}", f"numpy={new}")
    assert len(couples(f"numpy={old}", f"numpy={old}")) == 1
