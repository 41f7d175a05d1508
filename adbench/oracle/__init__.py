"""Certified truth: cases evaluated in rigorous ball arithmetic, and tolerances derived from the balls' radii."""
