#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over our libraries and the command line, never with --fix.
#   scripts/tidy.sh                  every source of isa traces compiler rtl tlm fabric study cli
#   scripts/tidy.sh isa tlm/mem      sources below these folders
#   scripts/tidy.sh --changed BASE   sources that differ from commit BASE, and for each header that
#                                    does the source of its name, or one that includes it
# Reads the compile commands of the release preset, or of the folder in $LPU_BUILD.
set -euo pipefail
cd "$(dirname "$0")/.."

build=${LPU_BUILD:-build/release}
if [ ! -f "$build/compile_commands.json" ]; then
  echo "tidy.sh: no $build/compile_commands.json: run cmake --preset release" >&2
  exit 2
fi
all=(isa traces compiler rtl tlm fabric study cli)

# changed BASE: the sources to look at, one a line.
changed() {
  local base file
  base=$(git merge-base "$1" HEAD)
  git diff --name-only --diff-filter=d "$base" -- "${all[@]/%//*.cpp}"
  while IFS= read -r file; do
    if [ -f "${file%.h}.cpp" ]; then
      echo "${file%.h}.cpp"
    else
      grep -rlF --include='*.cpp' "#include \"$file\"" "${all[@]}" | sort | head -n 1
    fi
  done < <(git diff --name-only --diff-filter=d "$base" -- "${all[@]/%//*.h}")
}

if [ "${1:-}" = "--changed" ]; then
  found=$(changed "$2" | sort -u)
else
  [ $# -gt 0 ] || set -- "${all[@]}"
  found=$(find "$@" -name '*.cpp' | sort)
fi

sources=()
for file in $found; do
  # A source that is not part of this build has no compile command to go by.
  if grep -qF "/$file\"" "$build/compile_commands.json"; then sources+=("$file"); fi
done
# g++'s precompiled headers mean nothing to clang.
mkdir -p build/tidy
sed 's| -Winvalid-pch -include [^ ]*/cmake_pch.hxx||' "$build/compile_commands.json" \
  >build/tidy/compile_commands.json
echo "clang-tidy: ${#sources[@]} sources"
[ ${#sources[@]} -eq 0 ] ||
  printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/tidy --quiet
