#!/usr/bin/env bash
# Checks and times the bench cases on the GPU of this machine: benchmarks/gpu.sh [FOLDER], by default results/gpu.
# It needs torch or JAX with CUDA. What is not there is unsupported, and told.
set -euo pipefail
folder=${1:-results/gpu}
adbench=${ADBENCH:-adbench}
mkdir -p "$folder"
"$adbench" run --device cuda --backend torch,jax,jax:jit --tier full --json "$folder/run.jsonl" || [ $? -eq 1 ]  # 1: a failure, kept
"$adbench" bench --device cuda --backend torch,jax,jax:jit --operator jvp,vjp,hvp --dtype float64,float32 \
    --json "$folder/bench.jsonl"
