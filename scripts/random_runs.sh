#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Model and RTL of every unit side by side on long random programs, with other seeds every day.
#   scripts/random_runs.sh LPU [SEEDS]   LPU: the program; so many seeds a unit, 20 if not said
# FIRST_SEED in the environment repeats a run. Status 1 if a run failed; how to repeat it is said.
set -euo pipefail
cd "$(dirname "$0")/.."

lpu=$1
seeds=${2:-20}
first=${FIRST_SEED:-$(($(date +%s) / 86400 * 1000))}
failed=0

echo "FIRST_SEED=$first, $seeds seeds a unit"
for unit in mem_slice vxm mxm_plane sxm c2c_link icu_queue; do
  for ((seed = first; seed < first + seeds; ++seed)); do
    # One in ten on the full chip.
    system=configs/systems/tiny.toml
    if ((seed % 10 == 0)); then system=configs/systems/chip.toml; fi
    command=("$lpu" cosim "$unit" --system "$system" --vectors 20000 --seed "$seed")
    if ! output=$("${command[@]}" 2>&1); then
      printf '%s\nFAILED: %s\n' "$output" "${command[*]}"
      failed=1
    fi
  done
  echo "$unit done after $SECONDS s"
done
exit $failed
