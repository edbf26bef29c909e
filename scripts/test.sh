#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything that must hold, from a clean clone on a bare Debian 12: packages, the release build
# and all tests; the sanitizer build (which is also the build without RTL) and its tests; one
# minute of fuzzing. A failed test does not hide the ones after it; the exit status is 0 only if
# all passed.
#   scripts/test.sh            everything
#   scripts/test.sh --quick    the release build and its tests only
set -euo pipefail
cd "$(dirname "$0")/.."

jobs=$(nproc)
failed=()

say() { printf '\n== %s (after %d s)\n' "$1" "$SECONDS"; }

# build PRESET: configure and build, or stop: nothing after it could be believed.
build() {
  say "build $1"
  cmake --preset "$1" >"build/configure-$1.log" || {
    cat "build/configure-$1.log"
    exit 1
  }
  cmake --build --preset "$1" -j "$jobs"
}

# run_tests PRESET [CTEST ARGUMENT ...]
run_tests() {
  local preset=$1
  shift
  say "tests $preset"
  ctest --preset "$preset" -j "$jobs" --progress --output-junit junit.xml "$@" ||
    failed+=("$preset")
}

mkdir -p build
scripts/install_packages.sh

build release
run_tests release

if [ "${1:-}" != "--quick" ]; then
  build asan
  run_tests asan --label-exclude lint

  say "fuzzing"
  scripts/fuzz.sh 60 || failed+=(fuzz)
fi

say "done"
if [ ${#failed[@]} -gt 0 ]; then
  echo "FAILED: ${failed[*]}"
  exit 1
fi
echo "all passed"
