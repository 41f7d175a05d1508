"""A backend that tells its derivative rules: one a case and mode, which the case reaches."""

from adbench.backends.free import Manual

NAMES = ("cubic", "quotient", "far", "sparse")


class Ruled(Manual):
    name = "ruled"
    used = None

    def rules(self):
        return [f"{mode}:{name}" for mode in ("jvp", "vjp") for name in NAMES]

    def rules_used(self):
        if self.used is None:
            self.used = set()
        return self.used

    def reach(self, mode, f):
        assert self.used is not None  # else a run that does not record would
        self.used.add(f"{mode}:{f.case.name.partition('.')[2]}")

    def jvp(self, f, primals, tangents):
        self.reach("jvp", f)
        return super().jvp(f, primals, tangents)

    def vjp(self, f, primals):
        self.reach("vjp", f)
        return super().vjp(f, primals)


class Backwards(Ruled):
    """Its rules are of reverse mode alone."""

    def rules(self):
        return [rule for rule in super().rules() if rule.startswith("vjp:")]

    def jvp(self, f, primals, tangents):
        return Manual.jvp(self, f, primals, tangents)


class Inventive(Ruled):
    """It says to have used a rule that it does not have."""

    def reach(self, mode, f):
        super().reach(mode, f)
        self.used.add("vjp:quotients")


class Directionless(Ruled):
    def rules(self):
        return ["quotient"]


class Dies(Ruled):
    """It does at one case, and another process goes on."""

    def vjp(self, f, primals):
        if f.case.name == "small.quotient":
            import os

            os._exit(3)
        return super().vjp(f, primals)
