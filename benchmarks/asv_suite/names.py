"""What asv's history is filed under.

asv passes parameters by index, so that a list read from the live registry would label old results with new
names. These are literals, and `tests/benchmarks/test_asv_suite.py` holds them to the registry.

Append; never insert, reorder or rename.
"""

BACKENDS = ("manual", "numpy", "autograd", "torch", "jax", "jax:jit", "numpy:compiled")

# fmt: off
CASES = {
    "broadcast.outer_sum": ("small", "medium", "large"),
    "matmul.matvec": ("small", "medium", "large"),
    "matmul.matmat": ("small", "medium", "large"),
    "matmul.batched": ("small", "medium", "large"),
    "matmul.batched_broadcast": ("small", "medium", "large"),
    "matmul.matmul_chain": ("small", "medium", "large"),
    "regression.ridge": ("small", "tiny", "medium", "large"),
    "regression.logistic_nll": ("small", "tiny", "medium", "large"),
    "sigmoid.sigmoid_chain_1": ("small", "one", "medium", "large"),
    "sigmoid.sigmoid_custom_chain_1": ("small", "one", "medium", "large"),
    "sigmoid.sigmoid_chain_3": ("small", "one", "medium", "large"),
    "sigmoid.sigmoid_custom_chain_3": ("small", "one", "medium", "large"),
    "sigmoid.sigmoid_chain_10": ("small", "one", "medium", "large"),
    "sigmoid.sigmoid_custom_chain_10": ("small", "one", "medium", "large"),
    "sigmoid.sigmoid_chain_100": ("small", "one", "medium", "large"),
    "sigmoid.sigmoid_custom_chain_100": ("small", "one", "medium", "large"),
    "networks.two_layer_nll": ("small", "medium", "large"),
    "networks.mlp_3": ("small", "medium", "large"),
    "networks.softmax_cross_entropy": ("small", "medium", "large"),
    "networks.attention": ("small", "medium", "large"),
    "networks.rnn": ("small", "medium", "large"),
    "objectives.gmm": ("small", "medium", "large"),
    "objectives.lstm": ("small", "medium", "large"),
    "objectives.kmeans": ("small", "medium", "large"),
    "objectives.llsq": ("small", "medium", "large"),
    "objectives.lse": ("small", "medium", "large"),
    "objectives.ode": ("small",),
    "objectives.det": ("small",),
    "vision.ba": ("small", "medium"),
    "vision.ht": ("small", "medium"),
}
# fmt: on
