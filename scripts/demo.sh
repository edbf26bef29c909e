#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job, from a clean clone on a bare Debian 12: builds `lpu`, compiles the trained model
# for a node of eight chips and lets it add, with one matrix plane as Verilated RTL. The answer is
# on standard output, the record of the run in build/demo/.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install_packages.sh >&2
mkdir -p build/demo
cmake --preset release >build/configure-release.log || {
  cat build/configure-release.log >&2
  exit 1
}
cmake --build --preset release --target lpu -j "$(nproc)" >&2

build/release/bin/lpu run --system configs/systems/node8.toml --model configs/models/addition \
  --prompt '47+85=' --tokens 4 --matmul fp16 --unit 'chip0.mxm_e.plane0=rtl' \
  --wave build/demo/wave.fst --report build/demo/report.html --trace build/demo/trace.json \
  --json build/demo/run.json

{
  echo "build/demo/report.html   where the cycles went; open it in a browser"
  echo "build/demo/wave.fst      gtkwave build/demo/wave.fst"
  echo "build/demo/trace.json    ui.perfetto.dev reads it"
  echo "build/demo/run.json      the figures of the run"
} >&2
