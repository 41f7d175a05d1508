"""The libraries' own functions of neural networks, through the extension `xp.nn`.

Each is written by hand somewhere in a library, forward and backward, and few ask for its second derivative: a fused
rule that is right once need not be right twice. The oracle has the composition that each of them stands for, and holds
it to that: activations, softmax, normalisations, convolutions, pooling, losses with every reduction, attention. A
library without the function is unsupported, by name.

Points lie off the kinks, which are another family's. Hard ones are tagged `hazard`: far out, where a formula in use
rounds to a constant, a row of nearly equal numbers, points that nearly coincide, logits of ±1000.
"""

from adbench.cases.nn import (  # isort: skip — in the order in which the cases are listed
    activations,
    normalisations,
    layers,
    losses,
    distances,
    attention,
)

__all__ = ["activations", "attention", "distances", "layers", "losses", "normalisations"]
