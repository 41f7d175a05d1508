"""Results files as other benchmarking tools read them."""
