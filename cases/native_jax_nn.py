"""`jax.nn` beyond the functions that every library has: activations, gates, and what is made of several of them."""

from __future__ import annotations

from typing import Any

from adbench.rows import apart, between, constant, real, table

row = table("jax", "jax.nn")
SHAPE = (2, 3)


def relu(xp: Any, x: Any) -> Any:
    return xp.where(x > 0, x, xp.zeros_like(x))


def clipped(xp: Any, x: Any, low: float, high: float) -> Any:
    return xp.clip(x, low, high)


def softplus(xp: Any, x: Any) -> Any:
    return -xp.special.log_expit(-x)



row("celu", "x, or α (e^(x/α) − 1) below 0", lambda jax, x: jax.nn.celu(x, alpha=0.5),
    lambda xp, x: xp.where(x > 0, x, xp.expm1(x / 0.5) * 0.5), x=apart(*SHAPE))
row("elu", "x, or α (eˣ − 1) below 0", lambda jax, x: jax.nn.elu(x, alpha=1.5),
    lambda xp, x: xp.where(x > 0, x, 1.5 * xp.expm1(x)), x=apart(*SHAPE))
row("selu", "λ x, or λ α (eˣ − 1) below 0", lambda jax, x: jax.nn.selu(x), lambda xp, x: xp.nn.selu(x),
    x=apart(*SHAPE), dtypes=("float64",))
row("leaky_relu", "x, or x/4 below 0", lambda jax, x: jax.nn.leaky_relu(x, negative_slope=0.25),
    lambda xp, x: xp.where(x > 0, x, x / 4), x=apart(*SHAPE))
row("relu", "x, or 0 below 0", lambda jax, x: jax.nn.relu(x), lambda xp, x: relu(xp, x), x=apart(*SHAPE))
row("relu6", "x between 0 and 6", lambda jax, x: jax.nn.relu6(4 * x), lambda xp, x: clipped(xp, 4 * x, 0, 6), x=apart(*SHAPE))
row("hard_tanh", "x between −1 and 1", lambda jax, x: jax.nn.hard_tanh(x), lambda xp, x: clipped(xp, x, -1, 1), x=apart(*SHAPE))
row("hard_sigmoid", "x/6 + ½ between 0 and 1", lambda jax, x: jax.nn.hard_sigmoid(2 * x),
    lambda xp, x: clipped(xp, 2 * x + 3, 0, 6) / 6, x=apart(*SHAPE))
row("hard_silu", "x times x/6 + ½ between 0 and 1", lambda jax, x: jax.nn.hard_silu(2 * x),
    lambda xp, x: 2 * x * clipped(xp, 2 * x + 3, 0, 6) / 6, x=apart(*SHAPE))
row("hard_swish", "the same", lambda jax, x: jax.nn.hard_swish(2 * x),
    lambda xp, x: 2 * x * clipped(xp, 2 * x + 3, 0, 6) / 6, x=apart(*SHAPE))
row("soft_sign", "x / (1 + |x|)", lambda jax, x: jax.nn.soft_sign(x), lambda xp, x: x / (1 + xp.abs(x)), x=apart(*SHAPE))
row("softplus", "log(1 + eˣ)", lambda jax, x: jax.nn.softplus(x), lambda xp, x: softplus(xp, x), x=apart(*SHAPE))
row("squareplus", "(x + √(x² + b)) / 2 by x and b", lambda jax, x, b: jax.nn.squareplus(x, b),
    lambda xp, x, b: (x + xp.sqrt(x * x + b)) / 2, x=apart(*SHAPE), b=between(1.0, 4.0, 3, domain=(0.0, None)))
row("sparse_plus", "0, (x + 1)²/4 or x", lambda jax, x: jax.nn.sparse_plus(x),
    lambda xp, x: xp.where(x < -1, 0 * x, xp.where(x < 1, (x + 1) ** 2 / 4, x)), x=apart(*SHAPE))
row("sparse_sigmoid", "(x + 1)/2 between 0 and 1", lambda jax, x: jax.nn.sparse_sigmoid(x),
    lambda xp, x: clipped(xp, x + 1, 0, 2) / 2, x=apart(*SHAPE))
row("silu", "x σ(x)", lambda jax, x: jax.nn.silu(x), lambda xp, x: x * xp.special.expit(x), x=real(*SHAPE))
row("swish", "the same", lambda jax, x: jax.nn.swish(x), lambda xp, x: x * xp.special.expit(x), x=real(*SHAPE))
row("mish", "x tanh(log(1 + eˣ))", lambda jax, x: jax.nn.mish(x), lambda xp, x: x * xp.tanh(softplus(xp, x)), x=real(*SHAPE))
row("log_sigmoid", "log σ(x)", lambda jax, x: jax.nn.log_sigmoid(x), lambda xp, x: xp.special.log_expit(x), x=real(*SHAPE))
row("sigmoid", "σ(x)", lambda jax, x: jax.nn.sigmoid(x), lambda xp, x: xp.special.expit(x), x=real(*SHAPE))
row("gelu", "x Φ(x)", lambda jax, x: jax.nn.gelu(x, approximate=False), lambda xp, x: x * xp.special.ndtr(x), x=real(*SHAPE))
row("gelu_tanh", "½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))", lambda jax, x: jax.nn.gelu(x),
    lambda xp, x: x * (1 + xp.tanh(xp.sqrt(2 / xp.asarray(xp.pi)) * (x + 0.044715 * x**3))) / 2, x=real(*SHAPE),
    dtypes=("float64",))
row("glu", "one half, by σ of the other", lambda jax, x: jax.nn.glu(x), lambda xp, x: x[:, :2] * xp.special.expit(x[:, 2:]), x=real(2, 4))
row("glu_first", "the same along axis 0", lambda jax, x: jax.nn.glu(x, axis=0), lambda xp, x: x[:2] * xp.special.expit(x[2:]), x=real(4, 2))
row("log1mexp", "log(1 − e⁻ˣ)", lambda jax, x: jax.nn.log1mexp(x), lambda xp, x: xp.log(-xp.expm1(-x)),
    x=between(0.2, 2.0, *SHAPE, domain=(0.0, None)))
row("logmeanexp", "the logarithm of the mean of eˣ", lambda jax, x: jax.nn.logmeanexp(x, axis=1),
    lambda xp, x: xp.log(xp.mean(xp.exp(x), axis=1)), x=real(*SHAPE))
row("logmeanexp_where", "the same of a part", lambda jax, x, m: jax.nn.logmeanexp(x, axis=1, where=m, keepdims=True),
    lambda xp, x, m: xp.log(xp.mean(xp.exp(x[:, 1:]), axis=1, keepdims=True)), x=real(2, 3), m=constant([False, True, True]))
row("logsumexp", "log |Σ b eˣ| and its sign", lambda jax, x, b: (lambda y, s: y * s)(*jax.nn.logsumexp(x, axis=0, b=b, return_sign=True)),
    lambda xp, x, b: (lambda s: xp.log(xp.abs(s)) * xp.sign(s))(xp.sum(b * xp.exp(x), axis=0)), x=real(3, 2), b=real(3, 1))
row("logsumexp_where", "log Σ eˣ of a part", lambda jax, x, m: jax.nn.logsumexp(x, where=m),
    lambda xp, x, m: xp.special.logsumexp(x[1:]), x=real(4), m=constant([False, True, True, True]))
row("softmax_where", "eˣ / Σ eˣ of a part, 0 elsewhere", lambda jax, x, m: jax.nn.softmax(x, where=m),
    lambda xp, x, m: xp.concat([0 * x[:1], xp.special.softmax(x[1:])]), x=real(4), m=constant([False, True, True, True]))
row("log_softmax_where", "log of the same, 0 elsewhere",
    lambda jax, x, m: jax.numpy.where(m, jax.nn.log_softmax(x, where=m), 0),
    lambda xp, x, m: xp.concat([0 * x[:1], xp.special.log_softmax(x[1:])]), x=real(4), m=constant([False, True, True, True]))
row("standardize", "(x − x̄) / √(var x + ε)", lambda jax, x: jax.nn.standardize(x, epsilon=0.125),
    lambda xp, x: (x - xp.mean(x, axis=-1, keepdims=True)) / xp.sqrt(xp.var(x, axis=-1, keepdims=True) + 0.125), x=real(2, 4))
row("standardize_given", "the same by a mean and a variance that are given",
    lambda jax, x, m, v: jax.nn.standardize(x, axis=0, mean=m, variance=v, epsilon=0.125),
    lambda xp, x, m, v: (x - m) / xp.sqrt(v + 0.125), x=real(2, 3), m=real(3), v=between(0.5, 2.0, 3, domain=(0.0, None)))
row("standardize_where", "the same of a part", lambda jax, x, m: jax.nn.standardize(x, epsilon=0.125, where=m),
    lambda xp, x, m: (x - xp.mean(x[1:])) / xp.sqrt(xp.var(x[1:]) + 0.125), x=real(4), m=constant([False, True, True, True]))
row("one_hot", "x at a place of its own", lambda jax, x, i: jax.nn.one_hot(i, 3, dtype=x.dtype) * x[:, None],
    lambda xp, x, i: xp.stack([xp.stack([0 * x[0], 0 * x[0], x[0]]), xp.stack([x[1], 0 * x[1], 0 * x[1]])]), x=real(2), i=constant([2, 0]))
row("identity", "x", lambda jax, x: jax.nn.identity(x) * x, lambda xp, x: x * x, x=real(3))


def attention(xp: Any, q: Any, k: Any, v: Any, mask: Any = None, bias: Any = 0.0, scale: float | None = None) -> Any:
    """Of q (b, t, n, h), k and v (b, s, m, h), where m divides n: softmax(q kᵀ/√h + bias) v a head."""
    n, m, h = q.shape[2], k.shape[2], q.shape[3]
    k, v = (xp.repeat(a, n // m, axis=2) for a in (k, v))
    scaled = scale if scale is not None else 1 / xp.sqrt(xp.asarray(float(h)))
    logits = xp.einsum("btnh,bsnh->bnts", q, k) * scaled + bias
    weights = xp.exp(logits) if mask is None else xp.where(mask, xp.exp(logits), 0 * logits)
    return xp.einsum("bnts,bsnh->btnh", weights / xp.sum(weights, axis=-1, keepdims=True), v)


ROW = {"q": real(1, 2, 2, 2), "k": real(1, 2, 2, 2), "v": real(1, 2, 2, 2)}
F32 = ("float32",)
row("dot_product_attention", "softmax(q kᵀ/√h) v", lambda jax, q, k, v: jax.nn.dot_product_attention(q, k, v),
    lambda xp, q, k, v: attention(xp, q, k, v), **ROW)
row("dot_product_attention_scale", "the same of another scale",
    lambda jax, q, k, v: jax.nn.dot_product_attention(q, k, v, scale=0.25),
    lambda xp, q, k, v: attention(xp, q, k, v, scale=0.25), dtypes=F32, **ROW)
row("dot_product_attention_causal", "the same of what comes no later",
    lambda jax, q, k, v: jax.nn.dot_product_attention(q, k, v, is_causal=True),
    lambda xp, q, k, v: attention(xp, q, k, v, mask=xp.tril(xp.ones((2, 2))) > 0), dtypes=F32, **ROW)
row("dot_product_attention_bias", "the same with a bias",
    lambda jax, q, k, v, bias: jax.nn.dot_product_attention(q, k, v, bias=bias),
    lambda xp, q, k, v, bias: attention(xp, q, k, v, bias=bias), dtypes=F32, **ROW, bias=real(1, 2, 2, 2))
row("dot_product_attention_groups", "two heads that share their keys",
    lambda jax, q, k, v: jax.nn.dot_product_attention(q, k, v),
    lambda xp, q, k, v: attention(xp, q, k, v),
    dtypes=F32, q=real(1, 2, 2, 2), k=real(1, 3, 1, 2), v=real(1, 3, 1, 2))
