"""Adapters that do not get as far as a backend, a file each."""
