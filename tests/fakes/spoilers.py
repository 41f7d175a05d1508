"""Backends that leave their process changed, each in one thing; their answers are right."""

import os
import random
import sys
import tempfile
import warnings

import numpy as np

from fakes.killers import Killer


class ChangesDirectory(Killer):
    def kill(self):
        os.chdir("/")


class LosesDirectory(Killer):
    def kill(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)


class ChangesEnvironment(Killer):
    def kill(self):
        os.environ["ADBENCH_CACHE"] = "/nowhere"


class ChangesErrorState(Killer):
    """Where the next overflow is an exception."""

    def kill(self):
        np.seterr(all="raise")


class ChangesWarnings(Killer):
    def kill(self):
        warnings.simplefilter("error")


class ChangesPrinting(Killer):
    def kill(self):
        np.set_printoptions(precision=1)


class ChangesRecursionLimit(Killer):
    def kill(self):
        sys.setrecursionlimit(180)


class SeedsRandomStreams(Killer):
    """The next cell would draw what it drew."""

    def kill(self):
        random.seed(7)
        np.random.seed(7)
