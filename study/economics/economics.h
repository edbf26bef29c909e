// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "study/sourced/sourced.h"

namespace lpu::study {

/// Power, space and price of what processors are built into. Power is what is provided for a
/// processor with its share of host, fans and supplies: what a building must have.
struct Machine {
  Sourced provisioned_watts;  // of a processor with its share of the machine
  Sourced processors_a_rack;
  Sourced price;          // of a processor alone
  Sourced machine_price;  // a processor's share of the machine

  [[nodiscard]] double racks(double processors) const {
    return processors / processors_a_rack.value;
  }
  [[nodiscard]] double kilowatts(double processors) const {
    return processors * provisioned_watts.value / 1e3;
  }
};

struct Economics {
  Machine lpu;
  Machine gpu;  // of the accelerator that a study compares with
};

/// Reads configs/studies/economics.toml: `[lpu]` and `[gpu]`. Throws isa::InputErrors with every
/// fault.
[[nodiscard]] Economics read_economics(const std::string& path);

}  // namespace lpu::study
