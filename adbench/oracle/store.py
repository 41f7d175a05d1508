"""Truths kept on disk by digest of what they depend on, so that a case is proved once and not in every process."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from platformdirs import user_cache_path

from adbench.case import Case
from adbench.oracle.certify import prove
from adbench.oracle.truth import Truth

Truths = dict[str, Truth]  # by dtype


def truths(case: Case, size: str) -> Truths:
    """The proved truths of a case at one size, one a dtype; from the cache where nothing has changed.

    Raises:
        InvalidCase, Undecided, NotCertified: see `prove`.
    """
    path = _path(case, size)
    try:
        return _decoder().decode(path.read_bytes())  # type: ignore[no-any-return]
    except (OSError, msgspec.DecodeError):
        made = prove(case, size).truths
    _replace(path, msgspec.msgpack.encode(made, enc_hook=_encode))
    return made


def is_known(case: Case, size: str) -> bool:
    """Whether the truths are in the cache."""
    return _path(case, size).is_file()


class Stored(NamedTuple):
    """The truths of a case at one size as they lie on disk."""

    name: str
    data: bytes


def stored(case: Case, size: str) -> Stored | None:
    """The truths as they lie in the cache, for another machine's; None if they are not there."""
    path = _path(case, size)
    try:
        return Stored(path.name, path.read_bytes())
    except OSError:
        return None


def keep(made: Stored) -> None:
    """Put truths that `stored` gave on another machine into the cache of this one."""
    path = _folder() / made.name
    if not path.is_file():
        _replace(path, made.data)


def prove_all(work: Iterable[tuple[str, str]], case_files: tuple[str, ...], jobs: int) -> Iterable[tuple[str, str]]:
    """Prove (case, size) pairs in `jobs` processes and yield each as it is done."""
    work = list(work)
    if jobs <= 1 or len(work) < 8:  # starting processes costs more than this
        _load(case_files)
        for case, size in work:
            _prove_one(case, size)
            yield case, size
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_load, initargs=(case_files,)) as pool:
        done = {pool.submit(_prove_one, case, size): (case, size) for case, size in work}
        try:
            for future in as_completed(done):
                future.result()
                yield done[future]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_cases: dict[str, Case] = {}


def _load(case_files: tuple[str, ...]) -> None:
    from adbench.registry import load_cases

    _cases.update(load_cases(case_files))


def _prove_one(case: str, size: str) -> None:
    truths(_cases[case], size)


def cache_folder() -> Path:
    """Where adbench keeps what it can make again; `ADBENCH_CACHE` moves it."""
    chosen = os.environ.get("ADBENCH_CACHE")
    return Path(chosen) if chosen else user_cache_path("adbench")


def _path(case: Case, size: str) -> Path:
    return _folder() / f"{digest(case, size)}.msgpack"


def digest(case: Case, size: str) -> str:
    """Digest of all that the truths of a case depend on: its definition and inputs, and the oracle itself."""
    inputs = [(name, x.dtype.str, x.shape, x.tobytes()) for name, x in case.make_inputs(size).items()]
    depends = (_oracle_digest(), _file_digest(case.path), case.name, case.wrt, case.dtypes, size, inputs)
    return hashlib.sha256(repr(depends).encode()).hexdigest()[:40]


def _folder() -> Path:
    return cache_folder() / "truth"


@cache
def _file_digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@cache
def _oracle_digest() -> str:
    """Digest of the oracle's own sources, of how inputs are drawn, and of NumPy's version (its random streams)."""
    above = Path(__file__).parent.parent
    beside = [above / name for name in ("case.py", "parts.py", "sparsity.py")]
    sources = [*sorted(Path(__file__).parent.rglob("*.py")), *beside]
    return hashlib.sha256("".join(map(_file_digest, map(str, sources))).encode() + np.__version__.encode()).hexdigest()


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; a cache that cannot be written is no cache, not an error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        pass


def _encode(x: Any) -> Any:
    return (x.dtype.str, x.shape, x.tobytes())


def _decode(kind: type, stored: Any) -> np.ndarray:
    dtype, shape, data = stored
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()  # writable, as a fresh one is


@cache
def _decoder() -> Any:
    return msgspec.msgpack.Decoder(Truths, dec_hook=_decode)
