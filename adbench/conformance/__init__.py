"""The checks: what a backend answered for a cell, held to the truth and to itself."""
