"""Neural networks: layers, losses, attention, convolution, normalisation and recurrence, each a composition.

What is trained most is built of few functions, and these are where they meet: a bias that is broadcast over a batch,
weights that every step of a loop reads, a mask of infinities, a softmax whose largest entry is taken out, slices that
overlap. The libraries' own fused functions are another family's.

A pullback is written by hand, as backpropagation is taught: the cotangent of the output, then of each layer before it.
The Jacobian is what it makes of every unit cotangent; where it is short it is written out instead.
"""

from adbench.cases.networks import attention, convolution, layers, losses, normalisation, recurrence

__all__ = ["attention", "convolution", "layers", "losses", "normalisation", "recurrence"]
