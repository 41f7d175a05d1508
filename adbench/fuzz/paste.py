"""A finding as Python: a case of one point, to be put into a file under `cases/` or given by `--cases`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import numpy as np

from adbench.errors import AdbenchError
from adbench.fuzz.hunt import Finding
from adbench.oracle.certify import prove
from adbench.parts import is_complex, parts

FILE = "found.py"  # any other name will do: a found case is called the same in every file


def source(finding: Finding, case_files: Sequence[str] = (), backend: str = "") -> str:
    """A complete file that registers the case of a finding.

    Args:
        case_files: files given by `--cases`, one of which may define the function.
        backend: options that select the backend, if its name alone does not.
    """
    case, outcome = finding.case, finding.outcome
    arguments = [f"    {name}={literal(x)},\n" for name, x in finding.inputs.items()]
    files = f"({''.join(f'{file!r}, ' for file in case_files).rstrip()})" if case_files else ""
    return (
        f'"""Found by adbench fuzz: {case.name}, {case.formula}\n\n'
        f"{_safe(outcome.backend)}, {outcome.operator}: {_safe(outcome.message)}\n\n"
        f'    {command(finding, backend)}\n"""\n\n'
        "import numpy as np\n\n"
        "from adbench.case import register\n"
        "from adbench.registry import load_cases\n\n"
        f'case = load_cases({files})["{case.name}"].at(\n'
        f'    "{outcome.dtype}",\n'
        f"{''.join(arguments)})\n"
        "register(case, __name__)\n"
    )


def command(finding: Finding, backend: str = "") -> str:
    """The command that runs the failing cell again, from the file that `source` gives."""
    outcome = finding.outcome
    name = finding.case.at(outcome.dtype, **finding.inputs).name
    return (
        f"adbench run {name} --cases {FILE} {backend or f'--backend {shlex.quote(outcome.backend)}'} "
        f"--operator {outcome.operator} --dtype {outcome.dtype}"
    )


def refusal(finding: Finding) -> str:
    """Why the registry refuses the case of a finding, or nothing.

    A derivative that is zero can fail at a point all the same, and a closed form need not hold at each.
    """
    try:
        prove(finding.case.at(finding.outcome.dtype, **finding.inputs), "found")
    except AdbenchError as error:
        return str(error)
    return ""


def literal(x: np.ndarray) -> str:
    """Python that makes this very array: dtype, shape, and every bit of each entry."""
    if is_complex(x):  # not by Python's complex numbers: −0 + 1i is 0 + 1i there
        return f"{literal(parts(x))}.view({x.dtype.name!r})[..., 0]"
    dtype = "" if x.dtype == np.float64 and x.size else f", dtype={x.dtype.name!r}"
    shape = f".reshape({x.shape})" if x.size == 0 else ""
    return f"np.array({x.tolist()!r}{dtype}){shape}"


def _safe(text: str) -> str:
    """Text that may stand in a docstring."""
    return text.replace("\\", "/").replace('"""', "'''")
