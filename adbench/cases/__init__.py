"""The shared cases, one family a file; in a source tree the files lie in `cases/` beside the package."""

from __future__ import annotations

from adbench._source_tree import extend

extend(__path__, "cases")
