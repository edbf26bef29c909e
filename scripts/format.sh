#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formats every C++ file of the tree, or with --check only says which ones are not formatted.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=(-i)
[ "${1:-}" = "--check" ] && mode=(--dry-run --Werror)
find isa compiler traces tlm fabric rtl cosim study testbench cli bench cmake \
  \( -name '*.h' -o -name '*.cpp' \) -print0 2>/dev/null |
  xargs -0 -r clang-format "${mode[@]}"
