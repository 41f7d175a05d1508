"""What backends answer at kinks, as data: a file a backend, without times or machines, that `diff` can compare."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from adbench.backend import FIRST_ORDER
from adbench.errors import AdbenchError
from adbench.results import Outcome


class Origin(msgspec.Struct, frozen=True, kw_only=True, tag="conventions", tag_field="type"):
    """The first line of a file: of which version of a library it is."""

    backend: str
    version: str
    dtype: str = "float64"


class Convention(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="convention", tag_field="type"):
    """What one operator answers at one kink.

    Attributes:
        kind: `convention`, `inadmissible`, `NaN`, `raises` or `forward ≠ reverse`; else the status of the cell.
        answer: by input, the Jacobian to six digits.
        raised: the type of what was raised.
    """

    case: str
    operator: str
    kind: str = msgspec.field(name="class")
    answer: dict[str, str] = {}
    raised: str = ""


Conventions = dict[str, tuple[Origin, list[Convention]]]  # by backend
Change = tuple[str, str, Convention | None, Convention | None]  # case, operator, before and after


def convention_of(outcome: Outcome) -> Convention:
    """The line of a cell at a kink."""
    return Convention(
        case=outcome.case,
        operator=outcome.operator,
        kind=outcome.convention or outcome.status,
        answer={check.input: check.answer for check in outcome.checks if check.answer},
        raised=outcome.message.partition(":")[0] if outcome.status == "error" else "",
    )


def write(folder: Path, origin: Origin, lines: Iterable[Convention]) -> Path:
    """Write the file of a backend: its origin, and its lines by case and operator."""
    ordered = sorted(lines, key=lambda line: (line.case, FIRST_ORDER.index(line.operator)))
    path = folder / f"{origin.backend.replace(':', '-')}.jsonl"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in (origin, *ordered)))
    except OSError as error:
        raise AdbenchError(f"cannot write {path}: {error.strerror}") from error
    return path


def read(path: Path) -> tuple[Origin, list[Convention]]:
    """Read the file of a backend.

    Raises:
        AdbenchError: it cannot be read, or a line is none of such a file, with its number.
    """
    made: list[Origin | Convention] = []
    try:
        for number, text in enumerate(path.read_bytes().splitlines(), 1):
            line = msgspec.json.decode(text, type=Origin | Convention)
            if isinstance(line, Origin) != (number == 1):
                raise AdbenchError(f"{path}, line {number}: a file of conventions begins with one line of its origin")
            made.append(line)
    except OSError as error:
        raise AdbenchError(f"cannot read {path}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise AdbenchError(f"{path}, line {len(made) + 1}: not a line of conventions: {error}") from error
    if not made:
        raise AdbenchError(f"{path} is empty; it is no file of conventions")
    assert isinstance(made[0], Origin)
    return made[0], [line for line in made[1:] if isinstance(line, Convention)]


def read_folder(folder: Path) -> Conventions:
    """Every backend's file in a folder, by its backend."""
    files = [read(path) for path in sorted(folder.glob("*.jsonl"))]
    return {origin.backend: (origin, lines) for origin, lines in files}


def changes(before: Iterable[Convention], after: Iterable[Convention]) -> list[Change]:
    """What differs, by case and operator; None where a file has no such line."""
    old, new = ({(line.case, line.operator): line for line in lines} for lines in (before, after))
    keys = sorted({*old, *new}, key=lambda key: (key[0], FIRST_ORDER.index(key[1])))
    return [(*key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]
