#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 100,000 random sets of messages on random topologies through scheduler and checker, and as many
# through programs and model.
#   scripts/random_networks.sh BIN [SETS]   BIN: the folder of the test programs
set -euo pipefail
cd "$(dirname "$0")/.."

bin=$1
LPU_NETWORK_SETS=${2:-100000} "$bin/unit_fabric_network" --gtest_filter='RandomNetworkTest.*'
# A process elaborates one system.
for ((system = 0; system < 9; ++system)); do
  LPU_NETWORK_SETS=$((${2:-100000} / 9 + 1)) "$bin/system_network" \
    --gtest_filter="Systems/RandomMessagesTest.*/$system"
done
