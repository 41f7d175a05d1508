"""The shared cases, one family a file or folder; in a source tree they lie in `cases/` beside the package."""

from __future__ import annotations

from adbench._source_tree import extend

extend(__path__, "cases")
