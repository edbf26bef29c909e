#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Does yosys read every RTL block, and what is it made of? Minutes of work, most of it the plane.
#   scripts/synth.sh [BLOCK ...]   tables on standard output
#   scripts/synth.sh --write       and in docs/synthesis.md
#   scripts/synth.sh --fresh       status 1 if those in docs/synthesis.md are not the same
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p build
cmake --preset release >build/configure-release.log || {
  cat build/configure-release.log >&2
  exit 1
}
exec scripts/synth.py build/release "$@"
