"""A backend whose version is what the environment says, as if a machine had its own release installed."""

import os

from adbench.backends.free import Manual


class Versioned(Manual):
    def version(self):
        return os.environ.get("FAKE_VERSION", "1.0")
