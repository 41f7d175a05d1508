"""The libraries' fused functions as compositions over jets, so that a fused rule is held to the mathematics.

Arguments stand in the order of torch.nn.functional's, options by keyword; `axis` is the standard's word for its `dim`.

    relu leaky_relu elu selu celu gelu silu sigmoid softplus log_sigmoid hard_tanh hard_sigmoid
    relu6 hard_swish mish soft_sign           (x, options)
    prelu                                     (x, weight)
    glu softmax log_softmax                   (x, axis)
    linear                                    (x, weight, bias)
    layer_norm rms_norm                       (x, normalized_shape, weight, bias, eps)    rms_norm has no bias
    batch_norm                                (x, running_mean, running_var, weight, bias, training, eps)
    group_norm                                (x, num_groups, weight, bias, eps)
    instance_norm                             (x, weight, bias, eps)    by keyword, as it has no running statistics
    normalize                                 (x, p, axis, eps)
    conv1d conv2d conv3d                      (x, weight, bias, stride, padding, dilation, groups)
    conv_transpose1d conv_transpose2d         (x, weight, bias, stride, padding, output_padding, groups, dilation)
    max_pool1d max_pool2d                     (x, kernel_size, stride, padding, dilation, ceil_mode)
    avg_pool1d avg_pool2d                     (x, kernel_size, stride, padding, ceil_mode, count_include_pad,
                                               divisor_override)
    cdist                                     (x1, x2, p)
    cosine_similarity                         (x1, x2, axis, eps)
    mse l1 huber smooth_l1                    (x, target, reduction; delta or beta)
    bce                                       (x, target, weight, reduction)
    bce_with_logits                           (x, target, weight, pos_weight, reduction)
    kl_div poisson_nll                        (x, target, reduction; log_target, or log_input and eps)
    gaussian_nll                              (x, target, var, full, eps, reduction)
    nll cross_entropy                         (x, target, weight, reduction; label_smoothing)
    scaled_dot_product_attention              (query, key, value, attn_mask, is_causal, scale)

Where a library departs from the mathematics on purpose (torch's softplus is linear above a threshold), it is the
mathematics that stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adbench.oracle.nn import activations, attention, convolution, losses, normalisation, pooling
from adbench.oracle.special.softmax import log_softmax, softmax

NN: dict[str, Callable[..., Any]] = {
    **activations.ACTIVATIONS,
    **normalisation.NORMALISATIONS,
    **convolution.CONVOLUTIONS,
    **pooling.POOLS,
    **losses.LOSSES,
    "softmax": lambda x, axis=-1: softmax(x, axis),
    "log_softmax": lambda x, axis=-1: log_softmax(x, axis),
    "cdist": losses.cdist,
    "cosine_similarity": losses.cosine_similarity,
    "scaled_dot_product_attention": attention.scaled_dot_product_attention,
}
