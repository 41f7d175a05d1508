"""Results files as pyperf's: a benchmark a cell, a run a process."""

from __future__ import annotations

import json
from typing import Any

from adbench.export.timings import Timings, by_cell
from adbench.results import Header, Sample

FORMAT = "1.0"  # of pyperf's JSON


def suite(timings: Timings) -> str:
    """The text of a file that `pyperf stats` and `pyperf compare_to` load.

    A benchmark is named after its cell, so that two files are compared cell by cell.
    """
    cells = by_cell(timings.samples)
    threads = {count for _, count in cells}
    benchmarks = []
    for (cell, count), samples in cells.items():
        name = cell if len(threads) == 1 else f"{cell} ({count} threads)"
        metadata = {"name": name, "unit": "second", "adbench_threads": count}
        if version := timings.versions.get(samples[0].backend):
            metadata["adbench_backend_version"] = version
        benchmarks.append({"metadata": metadata, "runs": [_run(s, timings.header) for s in samples]})
    return json.dumps({"version": FORMAT, "metadata": _facts(timings.header), "benchmarks": benchmarks})


def _run(sample: Sample, header: Header) -> dict[str, Any]:
    """One process; its values are seconds a call, as pyperf's are."""
    metadata: dict[str, Any] = {"loops": sample.number, "date": header.started}
    if sample.peak_bytes:
        metadata["adbench_peak_bytes"] = sample.peak_bytes
    metadata |= {f"adbench_{name}": count for name, count in sample.counters.items()}
    warm_up = [[1, seconds] for seconds in sample.warm_up if seconds > 0]
    return {"metadata": metadata, "warmups": warm_up, "values": list(sample.samples)}


def _facts(header: Header) -> dict[str, Any]:
    known = header.environment
    facts = {
        "python_version": known.get("python"),
        "platform": known.get("platform"),
        "cpu_model_name": known.get("processor"),
        "cpu_count": known.get("cores"),
        "adbench_version": header.adbench,
        "adbench_numpy_version": known.get("numpy"),
    }
    return {name: value for name, value in facts.items() if value}
