"""A backend that takes its time, so that a run can be met in the middle."""

import time

from adbench.backends.free import Manual


class Sleeps(Manual):
    def vjp(self, f, primals):
        time.sleep(0.05)
        return super().vjp(f, primals)
