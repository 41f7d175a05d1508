"""The table of derivative rules, a file a family.

| file | declares |
|---|---|
| `elementwise` | functions of each entry: one line each, with its partials |
| `parts` | real and imaginary parts, conjugates; the convention for complex numbers |
| `removable` | functions with a removable singularity: sinc, log x / (x − 1) |
| `shape` | functions that move entries: linear, one line each, with its transpose |
| `indexing` | selection of entries, and its transpose |
| `order` | sorting |
| `reduction`, `moments`, `norms` | sums, products, extrema; variances; norms |
| `scans` | running sums and products, differences |
| `product`, `powers` | matmul, einsum and their relatives; powers, the exponential and chains of matrices |
| `fourier` | Fourier transforms along an axis |
| `matrix`, `packing` | what the rules of linear algebra are written in |
| `solving` | linear systems: solve, inv, triangular and Cholesky solves, pinv |
| `determinant` | det and slogdet, also of singular matrices |
| `factorisation`, `spectral`, `singular` | cholesky and qr; eigenvalues; singular values |
| `repeated` | second derivatives where these are equal |
| `softmax` | logsumexp and its relatives |
| `values` | SciPy's special functions, imported at first use |
| `values_gamma` | the gamma function's relatives where SciPy's lose digits |
| `special_…` | derivatives of these, a file a family |
| `batched` | how the ones that are not elementwise meet a batch |

At kinks a rule gives the subgradient of least norm: 0 for abs at 0 and for a norm at 0; ties of maximum, minimum, max,
min and sort are shared evenly. The derivative of sqrt at 0 is infinite and stays so; docs/reference/kinks.md has them
all.
"""
