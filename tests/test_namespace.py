"""A library under the standard's names: the table first, then its module, else Unsupported by name."""

from __future__ import annotations

import math
import types

import pytest

from adbench.errors import Unsupported
from adbench.namespace import Namespace


def test_a_name_of_the_table_comes_before_the_modules():
    xp = Namespace("lib", math, {"sin": "ours", "pow": math.pow})
    assert xp.sin == "ours"
    assert xp.cos is math.cos
    assert xp.pow is math.pow


def test_a_missing_name_is_unsupported_by_name():
    for module in (math, None):
        with pytest.raises(Unsupported, match=r"^lib has no cumulative_sum$"):
            _ = Namespace("lib", module, {}).cumulative_sum


def test_a_nested_namespace_says_its_own_name():
    xp = Namespace("lib", math, {"special": Namespace("lib.special", None, {"erf": math.erf})})
    assert xp.special.erf is math.erf
    with pytest.raises(Unsupported, match=r"lib\.special has no digamma"):
        _ = xp.special.digamma


def test_without_a_module_nothing_is_looked_up():
    with pytest.raises(Unsupported):
        _ = Namespace("lib", None, {}).real


def test_a_module_is_asked_once():
    asked = []

    class Lazy(types.ModuleType):
        def __getattr__(self, name):
            asked.append(name)
            return name.upper()

    xp = Namespace("lib", Lazy("lazy"), {})
    assert (xp.exp, xp.exp, xp.log) == ("EXP", "EXP", "LOG")
    assert asked == ["exp", "log"]


def test_special_names_are_pythons():
    """Else copying, pickling and hasattr(xp, "__array_namespace__") would raise an Unsupported."""
    xp = Namespace("lib", math, {})
    assert not hasattr(xp, "__array_namespace_info__")
    assert not hasattr(xp, "__len__")


def test_the_table_is_copied():
    table = {"sin": math.sin}
    xp = Namespace("lib", None, table)
    table["sin"] = None
    assert xp.sin is math.sin
