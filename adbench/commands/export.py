"""`adbench export`: a results file's times for asv and for pyperf."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

from adbench.errors import AdbenchError
from adbench.export import asv, pyperf
from adbench.export.timings import Timings, read_timings


def export(
    path: Path, *, asv_folder: Path | None, pyperf_file: Path | None, machine: str = "reference", commit: str = ""
) -> int:
    """Write the times of a results file as asv's tree, as pyperf's JSON, or both.

    Args:
        machine: asv's name for the machine.
        commit: what asv files the times under; that which the results file names if empty.
    Returns:
        The exit code, 0.
    Raises:
        AdbenchError: the file has no times, nothing was asked for, or it would overwrite what is there.
    """
    if asv_folder is None and pyperf_file is None:
        raise AdbenchError("nothing to write: name a folder by --asv, a file by --pyperf, or both")
    if not machine or Path(machine).name != machine or machine in (".", ".."):
        raise AdbenchError(f"--machine {machine}: must be a name that a folder can have")
    timings = read_timings(path)
    if pyperf_file is not None and pyperf_file.exists():
        raise AdbenchError(f"{pyperf_file} exists; name another file, or remove it")
    written: list[Path] = []
    if asv_folder is not None:
        written += asv.write_tree(asv_folder, timings, machine, _commit(commit, path, timings))
    if pyperf_file is not None:
        try:
            pyperf_file.write_text(pyperf.suite(timings) + "\n", encoding="utf-8")
        except OSError as error:
            raise AdbenchError(f"cannot write {pyperf_file}: {error.strerror}") from error
        written.append(pyperf_file)
    cells = len({sample.cell for sample in timings.samples})
    for file in written:
        print(f"{file}: the times of {cells} cells")
    for line in timings.told():
        print(line)
    return 0


def _commit(given: str, path: Path, timings: Timings) -> asv.Commit:
    """The commit by its whole hash, with its date where the current directory's repository knows it."""
    name = given or str(timings.header.environment.get("commit", ""))
    if not name:
        raise AdbenchError(f"{path} does not say which commit it measured; name it by --commit")
    if name.endswith("-dirty"):
        raise AdbenchError(f"{path} was measured with changes beside {name[:12]}; name what they became by --commit")
    known = subprocess.run(
        ["git", "show", "--no-patch", "--format=%H %cI", "--end-of-options", f"{name}^{{commit}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if known.returncode == 0:
        whole, _, date = known.stdout.strip().partition(" ")
        return asv.Commit(whole, datetime.fromisoformat(date))
    if len(name) != 40 or set(name) - set("0123456789abcdef"):
        raise AdbenchError(f"the repository here has no commit {name}; give its whole hash")
    return asv.Commit(name, datetime.fromisoformat(timings.header.started))
