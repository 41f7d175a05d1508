"""Functions of neural networks, composed of the engine's own by formulas that lose no digits.

Arguments stand in the order of torch.nn.functional's, options by keyword; `axis` is the standard's word for its `dim`.
"""

from __future__ import annotations

from typing import Any

from adbench.engine.errors import no_such_name
from adbench.engine.nn import activations, attention, convolution, losses, normalisation, pooling

NAMES = {
    activations: """
        celu elu gelu glu hard_sigmoid hard_swish hard_tanh leaky_relu log_sigmoid log_softmax mish prelu relu relu6
        selu sigmoid silu soft_sign softmax softplus
    """,
    attention: "scaled_dot_product_attention",
    convolution: "conv1d conv2d conv3d conv_transpose1d conv_transpose2d linear",
    losses: """
        bce bce_with_logits cdist cosine_similarity cross_entropy gaussian_nll huber kl_div l1 mse nll poisson_nll
        smooth_l1
    """,
    normalisation: "batch_norm group_norm instance_norm layer_norm normalize rms_norm",
    pooling: "avg_pool1d avg_pool2d max_pool1d max_pool2d",
}

for module, names in NAMES.items():
    globals().update({name: getattr(module, name) for name in names.split()})


def __getattr__(name: str) -> Any:
    """Say what is missing."""
    raise no_such_name("adbench.engine.nn", name)
