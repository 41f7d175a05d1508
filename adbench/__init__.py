"""adbench: the conformance and benchmark suite for automatic differentiation in Python."""

__version__ = "0.1.0"
