#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The one list of Debian 12 packages that build, test and show the project. Installs those that
# are missing and says which; with none missing it needs no rights and no network.
set -euo pipefail

packages=(
  # build
  g++ cmake ninja-build make ccache pkg-config git
  # libraries
  libsystemc-dev libfmt-dev libcli11-dev nlohmann-json3-dev libtomlplusplus-dev zlib1g-dev
  # several processes for one run
  libopenmpi-dev openmpi-bin
  # RTL
  verilator
  # tests, benchmarks, lint, fuzzing
  libgtest-dev libgmock-dev libbenchmark-dev
  clang clang-format clang-tidy libclang-rt-14-dev python3
  # a second reader of the RTL, mutants, pages of coverage
  yosys lcov
  # waveforms: the viewer, and the readers that tests hold against our writers
  gtkwave
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done

if [ ${#missing[@]} -eq 0 ]; then
  echo "packages: all ${#packages[@]} present"
  exit 0
fi
echo "packages: installing ${missing[*]}"
if [ "${1:-}" = "--dry-run" ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install_packages.sh: not root and no sudo; install by hand: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
