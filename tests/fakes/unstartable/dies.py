"""An adapter that takes the process down when it is imported."""

import os
import sys

print("cannot load the driver", file=sys.stderr, flush=True)
os._exit(7)
