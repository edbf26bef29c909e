#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How fast the model is on this machine, beside what it should reach. Builds bench/ in release, and
# the Verilated plane a second time with clang++ and the widest vectors this processor has.
#   scripts/bench.sh     a table on standard output, what was measured in build/bench/
set -euo pipefail
cd "$(dirname "$0")/.."

jobs=$(nproc)
results=build/bench
mkdir -p "$results"

arch=x86-64-v3
if grep -q -w avx512bw /proc/cpuinfo; then arch=x86-64-v4; fi

# configure FOLDER [ARGUMENT ...]
configure() {
  local log=$results/configure-${1##*/}.log
  cmake --preset release -B "$@" >"$log" || {
    cat "$log" >&2
    exit 1
  }
}

# measure PROGRAM RESULT FILTER REPETITIONS: the best counts, for other programs disturb.
measure() {
  "$1" --benchmark_filter="$3" --benchmark_repetitions="$4" --benchmark_out="$results/$2.json" \
    --benchmark_out_format=json >/dev/null 2>"$results/$2.log" || {
    cat "$results/$2.log" >&2
    exit 1
  }
}

# seconds COMMAND ...: processor time of the fastest of three.
seconds() {
  local TIMEFORMAT=%U
  for _ in 1 2 3; do { time "$@" >/dev/null 2>&1; } 2>&1; done | sort -n | head -1
}

configure build/release
cmake --build build/release --target benchmarks lpu -j "$jobs" >&2
configure build/release-rtl-clang -DLPU_WITH_TESTS=OFF -DLPU_RTL_CXX="$(command -v clang++)" \
  -DLPU_RTL_ARCH="$arch"
cmake --build build/release-rtl-clang --target rtl_plane_bench -j "$jobs" >&2

export SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1
measure build/release/bin/chip_bench chip '^chip_runs' 5
measure build/release/bin/node_bench node elaboration 1
measure build/release/bin/collective_bench collective all_reduce 3
measure build/release/bin/rtl_plane_bench rtl-gcc '^multiply/.*/add:0$' 5
measure build/release-rtl-clang/bin/rtl_plane_bench rtl-clang '^multiply/.*/add:0$' 5
measure build/release/bin/rtl_units_bench units . 3
measure build/release/bin/rtl_chip_bench rtl-chip . 3

decode=(build/release/bin/lpu run --system configs/systems/chip.toml --model configs/models/addition
  --prompt '47+85=' --tokens 4 --matmul fp16)
tlm=$(seconds "${decode[@]}")
both=$(seconds "${decode[@]}" --unit 'chip0.mxm_e.plane0=both')
echo "{\"tlm\": $tlm, \"both\": $both}" >"$results/decode.json"

scripts/bench_table.py "$results" "$arch"
