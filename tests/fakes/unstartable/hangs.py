"""An adapter that is never done with being imported."""

import time

time.sleep(3600)
