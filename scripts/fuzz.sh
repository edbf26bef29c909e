#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzzers (preset fuzz, clang) and runs each for an equal share of the time.
#   scripts/fuzz.sh [SECONDS]     SECONDS of wall time in all, 60 unless given
# New inputs are kept in build/fuzz/corpus/, an input that broke something in
# build/fuzz/artifacts/: it belongs into testbench/fuzz/seeds/ together with the repair.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
jobs=$(nproc)

mkdir -p build
cmake --preset fuzz >build/configure-fuzz.log || {
  cat build/configure-fuzz.log
  exit 1
}
cmake --build --preset fuzz -j "$jobs"

fuzzers=(build/fuzz/bin/fuzz_*)
[ -x "${fuzzers[0]}" ] || { echo "fuzz.sh: no fuzzers" >&2; exit 1; }
rounds=$(((${#fuzzers[@]} + jobs - 1) / jobs))
share=$((seconds / rounds))
[ "$share" -gt 0 ] || share=1

# run_one FUZZER: its name without the prefix names its folders.
run_one() {
  local name=${1##*/fuzz_}
  local corpus=build/fuzz/corpus/$name log=build/fuzz/$name.log
  mkdir -p "$corpus" build/fuzz/artifacts
  if "$1" -max_total_time="$share" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/artifacts/$name-" "$corpus" "testbench/fuzz/seeds/$name" \
    >"$log" 2>&1 </dev/null; then
    echo "$name: $(grep -o 'number_of_executed_units: .*' "$log") in $share s, nothing found"
  else
    tail -n 40 "$log"
    echo "$name: FAILED"
    return 1
  fi
}
export -f run_one
export share

printf '%s\0' "${fuzzers[@]}" | xargs -0 -P "$jobs" -I{} bash -c 'run_one {}'
