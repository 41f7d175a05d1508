"""A backend in which other fakes' misbehaviours are planted, a cell each."""

import json
import os

from adbench.backends.free import Manual

from fakes import killers, raising, spoilers

PLANTED = "ADBENCH_TEST_PLANTED"  # JSON: `case:dtype` to the name of a fake's class


# Each misbehaviour, and what becomes of the cell that it is planted in.
FAULTS = {
    "Exits": "crash",
    "CallsSysExit": "crash",
    "Interrupts": "crash",
    "Segfaults": "crash",
    "OverflowsTheStack": "crash",
    "IsKilled": "crash",
    "DiesBeforeItsChild": "crash",
    "ClosesItsPipes": "crash",
    "WritesGarbage": "crash",
    "WritesGarbageForEver": "crash",
    "EatsMemory": "oom",
    "Hangs": "timeout",
    "FloodsForEver": "timeout",
    "RecursesDeeply": "error",
    "Unprintable": "error",
    "Floods": "pass",
    "LeavesAChild": "pass",
    "ForksAndGoesOn": "pass",
    "DiesLater": "pass",
    "WritesGarbageLater": "pass",
    "ChangesDirectory": "fail",
    "LosesDirectory": "fail",
    "ChangesEnvironment": "fail",
    "ChangesErrorState": "fail",
    "ChangesWarnings": "fail",
    "ChangesPrinting": "fail",
    "ChangesRecursionLimit": "fail",
    "SeedsRandomStreams": "pass",
}


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
