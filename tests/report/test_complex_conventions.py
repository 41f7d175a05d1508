"""The table of what libraries mean by complex derivatives, and that the docs have it as the adapters state it."""

from pathlib import Path

import pytest
from adbench.backends.numpy import NumPy
from fakes import complexes

from adbench import registry
from adbench.errors import BackendNotInstalled
from adbench.report.complex_conventions import table

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "complex.md"


def test_a_row_says_what_the_adapter_states():
    *_, one, other = table([NumPy, complexes.StatesTheOther]).splitlines()
    assert one == (
        "| numpy | ∂f/∂Re + i ∂f/∂Im | ȳ ↦ conj(f')ᵀ ȳ | real to complex: `engine.jacfwd(f)(x)` "
        "| real to complex: `engine.jacrev(f)(x)` |"
    )
    assert "| ∂f/∂Re − i ∂f/∂Im | ȳ ↦ f'ᵀ ȳ |" in other
    assert table([complexes.ClaimsHolomorphic]).endswith("| holomorphic: jacfwd | none; made of products |")


def test_the_docs_have_the_table_of_what_the_adapters_state():
    try:
        backends = [type(registry.load_backend(name)) for name in ("numpy", "torch", "jax", "autograd")]
    except BackendNotInstalled as error:
        pytest.skip(str(error))
    assert table(backends) in PAGE.read_text(encoding="utf-8"), f"{PAGE.name} should have\n{table(backends)}"
