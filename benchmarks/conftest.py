"""Fixes threads before pytest imports a library."""

import benchmarks.asv_suite  # noqa: F401
