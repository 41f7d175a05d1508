"""The table of derivative rules, a file a family.

| file | declares |
|---|---|
| `elementwise` | functions of each entry: one line each, with its partials |
| `shape` | functions that move entries: linear, one line each, with its transpose |
| `indexing` | selection of entries, and its transpose |
| `reduction` | sums, products, extrema, moments |
| `product` | matmul, einsum and their relatives |
| `decomposition` | solve, inv, det, cholesky |
| `softmax` | logsumexp and its relatives |
| `batched` | how the ones that are not elementwise meet a batch |

At kinks a rule gives the subgradient of least norm: 0 for abs at 0 and for a norm at 0; ties of maximum,
minimum, max and min are shared evenly. The derivative of sqrt at 0 is infinite and stays so.
"""
