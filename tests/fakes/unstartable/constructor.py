"""An adapter whose backend cannot be made."""

from adbench.backends.free import Manual


class Constructor(Manual):
    def __init__(self):
        raise OSError("the driver is too old")
