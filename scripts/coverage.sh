#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the co-simulation reaches in the RTL: lines, toggles, functional points, in one database.
# Builds the blocks with counters, runs cosim tests with them, prints a table.
#   scripts/coverage.sh [PROGRAM ...]   all programs of the level cosim, or some;
#                                       build/coverage/html/index.html, build/coverage/merged.dat
# Status 1 if the goals of docs/testplan.md, Coverage, are not reached.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$PWD/build/coverage
data=$build/data
rm -rf "$data"
mkdir -p "$data"

quietly() {
  "$@" >"$build/coverage.log" 2>&1 || {
    cat "$build/coverage.log" >&2
    exit 1
  }
}

quietly cmake --preset coverage
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(tests_cosim)
quietly cmake --build "$build" -j "$(nproc)" --target "${targets[@]}"

programs=("$@")
[ ${#programs[@]} -gt 0 ] || mapfile -t programs < <(cd "$build/bin" && ls cosim_*)
# With counters in every instance the whole chip is slow: its decode and its random programs are
# left out; what they run through has tests of its own.
export build data
status=0
printf '%s\n' "${programs[@]}" | xargs -P "$(nproc)" -I{} bash -c '
  LPU_COVERAGE_FILE=$data/{}.dat "$build/bin/{}" \
    --gtest_filter="-ChipDecodeTest.*:*ChipRandomTest.*" >"$data/{}.log" 2>&1 || {
    echo "coverage.sh: {} failed: $data/{}.log" >&2
    exit 1
  }' || status=1

verilator_coverage --write "$build/merged.dat" "$data"/*.dat
scripts/coverage.py "$build/merged.info" "$data"/*.dat || status=1
html=$build/html
rm -rf "$html"
quietly genhtml --output-directory "$html" --prefix "$PWD" --title RTL \
  --legend --branch-coverage --function-coverage "$build/merged.info"
find "$html" -name '*.html' -exec sed -i \
  -e 's/Functions/Points/; s/Function Name/Functional point/' \
  -e 's/Branches/Toggles/; s/Branch data/Toggle data/; s/title="Branch /title="Toggle /g' {} +
echo "HTML: build/coverage/html/index.html"
exit $status
