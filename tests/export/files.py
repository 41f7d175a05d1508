"""Results files with times, written by hand."""

import msgspec

from adbench.results import SCHEMA, Header, Sample, Started

COMMIT = "1234567890abcdef1234567890abcdef12345678"


def sample(backend="torch", size="small", samples=(3e-6, 1e-6, 2e-6), **fields):
    given = {"case": "regression.ridge", "operator": "vjp", "dtype": "float64", "device": "cpu", "status": "timed"}
    given |= {"number": 10, "warm_up": (0.5, 4e-6), "conforms": True, **fields}
    cell = f"{given['case']}[{size}]:{given['operator']}:{given['dtype']}:{backend}"
    if given["status"] != "timed":
        samples = ()
    return Sample(cell=cell, family="regression", size=size, backend=backend, samples=samples, **given)


def write(path, *samples, commit=COMMIT, versions=(("torch", "2.13.0+cpu"), ("manual", "2.4.6")), **environment):
    known = {
        "python": "3.11.7", "numpy": "2.4.6", "system": "Linux x86_64", "platform": "Linux-6", "processor": "Fast",
        "cores": 2, "threads": 1, **({"commit": commit} if commit else {}), **environment,
    }  # fmt: skip
    header = Header(
        schema=SCHEMA, adbench="0.1.0", command="adbench bench", started="2026-01-02T03:04:05+00:00", environment=known
    )
    lines = [header, *(Started(backend=name, version=version) for name, version in versions), *samples]
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path
