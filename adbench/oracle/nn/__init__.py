"""The libraries' fused functions as compositions over jets, so that a fused rule is held to the mathematics.

Arguments stand in the order of torch.nn.functional's, options by keyword; `axis` is the standard's word for its `dim`.

    relu leaky_relu elu selu celu gelu silu sigmoid softplus log_sigmoid hard_tanh hard_sigmoid      (x, options)
    softmax log_softmax                       (x, axis)
    linear                                    (x, weight, bias)
    layer_norm rms_norm                       (x, normalized_shape, weight, bias, eps)    rms_norm has no bias
    batch_norm                                (x, running_mean, running_var, weight, bias, training, eps)
    group_norm                                (x, num_groups, weight, bias, eps)
    conv1d conv2d                             (x, weight, bias, stride, padding, dilation, groups)
    max_pool1d max_pool2d                     (x, kernel_size, stride, padding)
    avg_pool1d avg_pool2d                     (x, kernel_size, stride, padding, count_include_pad)
    cdist                                     (x1, x2, p)
    mse l1 huber smooth_l1                    (x, target, reduction; delta or beta)
    bce_with_logits                           (x, target, weight, pos_weight, reduction)
    nll cross_entropy                         (x, target, weight, reduction; label_smoothing)
    scaled_dot_product_attention              (query, key, value, attn_mask, is_causal, scale)

Where a library departs from the mathematics on purpose (torch's softplus is linear above a threshold), it is the
mathematics that stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adbench.oracle.nn import activations, attention, convolution, losses, normalisation
from adbench.oracle.special.softmax import log_softmax, softmax

NN: dict[str, Callable[..., Any]] = {
    **activations.ACTIVATIONS,
    **normalisation.NORMALISATIONS,
    **convolution.CONVOLUTIONS,
    **losses.LOSSES,
    "softmax": lambda x, axis=-1: softmax(x, axis),
    "log_softmax": lambda x, axis=-1: log_softmax(x, axis),
    "cdist": losses.cdist,
    "scaled_dot_product_attention": attention.scaled_dot_product_attention,
}
