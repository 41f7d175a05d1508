"""The adapters, one backend's library a file; in a source tree they lie in `backends/` beside the package."""

from __future__ import annotations

from adbench._source_tree import extend

extend(__path__, "backends")
