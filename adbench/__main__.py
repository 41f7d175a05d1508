"""`python -m adbench`: the command line."""

from adbench.cli import main

main()
