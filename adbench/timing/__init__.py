"""Honest times: prepared calls, warmed, synchronised, first call apart, backends interleaved."""
