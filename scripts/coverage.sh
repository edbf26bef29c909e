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
# With counters in every instance the whole chip is slow and its decode long; what it runs through
# has tests of its own.
status=0
for program in "${programs[@]}"; do
  LPU_COVERAGE_FILE=$data/$program.dat "$build/bin/$program" --gtest_filter=-ChipDecodeTest.* \
    >"$data/$program.log" 2>&1 || {
    echo "coverage.sh: $program failed: $data/$program.log" >&2
    status=1
  }
done

verilator_coverage --write "$build/merged.dat" "$data"/*.dat
verilator_coverage --write-info "$build/lines.info" "$build/merged.dat"
genhtml --quiet --output-directory "$build/html" "$build/lines.info" >"$build/genhtml.log" 2>&1 ||
  cat "$build/genhtml.log" >&2
scripts/coverage.py "$data"/*.dat || status=1
echo "HTML: build/coverage/html/index.html"
exit $status
