"""What each library means by the derivative of a complex function: the table in docs/explanation/complex.md."""

from __future__ import annotations

from collections.abc import Iterable

from adbench.backend import Backend

HEADS = ("backend", "gradient of a real f", "pullback of a holomorphic f", "`jacfwd`", "`jacrev`")
OURS = ("∂f/∂Re + i ∂f/∂Im", "ȳ ↦ conj(f')ᵀ ȳ")
CONJUGATES = ("∂f/∂Re − i ∂f/∂Im", "ȳ ↦ f'ᵀ ȳ")
NONE = "none; made of products"


def table(backends: Iterable[type[Backend]]) -> str:
    """Markdown, a row a backend, of what the adapters state."""
    rows = [HEADS, ("---",) * len(HEADS), *map(_row, backends)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(backend: type[Backend]) -> tuple[str, ...]:
    jacobians = (_own(backend, operator) for operator in ("jacfwd", "jacrev"))
    return (backend.name, *(CONJUGATES if backend.conjugates else OURS), *jacobians)


def _own(backend: type[Backend], operator: str) -> str:
    kinds = backend.complex_jacobians.get(operator, {})
    return "; ".join(f"{kind}: {how}" for kind, how in kinds.items()) or NONE
