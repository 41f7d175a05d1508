"""An adapter file that is broken."""

LIMIT = 1
RATIO = LIMIT / 0
