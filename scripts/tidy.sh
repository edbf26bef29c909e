#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over our libraries and the command line, never with --fix.
#   scripts/tidy.sh              every source of isa traces compiler tlm fabric cli
#   scripts/tidy.sh isa tlm/mem  sources below these folders
# Reads the compile commands of the release preset, or of the folder in $LPU_BUILD.
set -euo pipefail
cd "$(dirname "$0")/.."

build=${LPU_BUILD:-build/release}
if [ ! -f "$build/compile_commands.json" ]; then
  echo "tidy.sh: no $build/compile_commands.json: run cmake --preset release" >&2
  exit 2
fi
[ $# -gt 0 ] || set -- isa traces compiler tlm fabric cli

sources=()
for folder in "$@"; do
  [ -d "$folder" ] || continue
  while IFS= read -r -d '' file; do
    # A source that is not part of this build has no compile command to go by.
    if grep -qF "/$file\"" "$build/compile_commands.json"; then sources+=("$file"); fi
  done < <(find "$folder" -name '*.cpp' -print0)
done
[ ${#sources[@]} -gt 0 ] || { echo "tidy.sh: no sources below $*" >&2; exit 2; }

echo "clang-tidy: ${#sources[@]} sources"
printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p "$build" --quiet
