#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Would the co-simulation notice a wrong RTL? Puts 120 small faults a block into what yosys reads
# of it, all in one netlist, which is verilated in the block's place; then the block's own tests
# run once a fault. docs/testplan.md, Mutation.
#   scripts/mutants.sh [BLOCK ...]   table; status 1 if a survivor is not explained
# MUTANTS and SEED in the environment choose other mutants than the explanations are for.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$PWD/build/mutants
folder=$build/netlists
mkdir -p "$build"

configure() {
  cmake --preset release -B "$build" -DLPU_WITH_BENCH=OFF -DLPU_RTL_OPTIMIZE=-O1 "$@" \
    >"$build/configure.log" || {
    cat "$build/configure.log" >&2
    exit 1
  }
}

configure -U 'LPU_REPLACE_*'
scripts/mutants.py plant "$build" "$folder" "${MUTANTS:-120}" "${SEED:-1}" "$@" >"$build/planted"
replace=()
programs=()
while read -r argument names; do
  replace+=("$argument")
  read -ra names <<<"$names"
  programs+=("${names[@]}")
done <"$build/planted"
configure "${replace[@]}"
cmake --build "$build" -j "$(nproc)" --target "${programs[@]}" >"$build/build.log" || {
  cat "$build/build.log" >&2
  exit 1
}
exec scripts/mutants.py judge "$build" "$folder" "$@"
