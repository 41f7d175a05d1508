"""A backend in which other fakes' misbehaviours are planted, a cell each."""

import json
import os

from adbench.backends.free import Manual

from fakes import killers, raising, spoilers

PLANTED = "ADBENCH_TEST_PLANTED"  # JSON: `case:dtype` to the name of a fake's class


class Planted(Manual):
    """Does in `vjp` what is planted in the cell; elsewhere it is right."""

    def __init__(self):
        self.planted = json.loads(os.environ[PLANTED])

    def vjp(self, f, primals):
        name = self.planted.get(f"{f.case.name}:{primals[0].dtype}")
        if name == "Unprintable":
            raising.Unprintable().jvp(f, primals, ())
        elif name:
            (getattr(killers, name, None) or getattr(spoilers, name))().kill()
        return super().vjp(f, primals)
