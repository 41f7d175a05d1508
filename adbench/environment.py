"""Where a run took place, as facts for the results file."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from adbench import __version__
from adbench._source_tree import ROOT
from adbench.plan import PLAIN, Plan
from adbench.results import SCHEMA, Header

AGREED = ("python", "numpy", "system", "threads")  # the rest may differ among machines that share a run


def header(
    command: str, threads: int | str = 1, plan: Plan | None = None, digests: Mapping[str, str] | None = None
) -> Header:
    """The header of a results file that is begun now."""
    return Header(
        schema=SCHEMA,
        adbench=__version__,
        command=command,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        environment={
            "python": platform.python_version(),
            "numpy": np.__version__,
            "system": f"{platform.system()} {platform.machine()}",
            "platform": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count() or 0,
            "threads": threads,
            **_commit(),
        },
        plan=plan,
        digests=dict(digests or {}),
    )


def differences(old: Header, new: Header, *, shards: bool = False) -> list[str]:
    """What keeps two headers from being of one run, each as `what old, then new`.

    Args:
        shards: whether they may be of two shards of it.
    """
    if old.plan is None or new.plan is None:
        return ["it is not of a conformance run with a recorded plan"]
    facts: list[tuple[str, str | int, str | int]] = [("adbench", old.adbench, new.adbench)]
    facts += [(name, old.environment.get(name, "unknown"), new.environment.get(name, "unknown")) for name in AGREED]
    facts += [("backends", _names(old.plan.backends), _names(new.plan.backends))]
    facts += [("operators", _names(old.plan.operators), _names(new.plan.operators))]
    facts += [("variants", _variants(old.plan), _variants(new.plan))]
    facts += [("device", old.plan.device, new.plan.device)]
    facts += [("rules", _recorded(old.plan), _recorded(new.plan))]
    if not shards:
        facts += [("shard", old.plan.shard or "none", new.plan.shard or "none")]
    return [f"{what} {a}, then {b}" for what, a, b in facts if a != b] + _different_cases(old, new)


def _different_cases(old: Header, new: Header) -> list[str]:
    assert old.plan is not None
    assert new.plan is not None
    before, after = ({sized.id: sized for sized in plan.cases} for plan in (old.plan, new.plan))
    both = [name for name in before if name in after]
    groups = {
        "cases no longer selected": [name for name in before if name not in after],
        "cases not selected then": [name for name in after if name not in before],
        "dtypes changed of": [name for name in both if set(before[name].dtypes) != set(after[name].dtypes)],
        "definitions changed of": [name for name in both if old.digests.get(name) != new.digests.get(name)],
    }
    return [f"{what}: {_first(names)}" for what, names in groups.items() if names]


def _variants(plan: Plan) -> str:
    return _names(variant or PLAIN for variant in plan.variants)


def _recorded(plan: Plan) -> str:
    return "recorded" if plan.rules else "not recorded"


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _first(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def command_line() -> str:
    """What the user typed, to be typed again."""
    return shlex.join(["adbench", *sys.argv[1:]])


def _commit() -> dict[str, str]:
    """The commit of the checkout that adbench runs from, marked where files differ from it; none in a wheel."""
    if not (ROOT / ".git").exists():
        return {}
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):  # no git, or not a repository of this user's
        return {}
    return {"commit": said.stdout.strip()}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
