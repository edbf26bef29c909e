// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "compiler/collective/collective.h"
#include "fabric/system/run.h"

namespace lpu::cli {

/// One collective operation, scheduled, checked and run.
struct CollectiveResult {
  std::int64_t bytes{0};
  int chips{0};
  std::string algorithm;
  std::int64_t instructions{0};  // of the longest program
  isa::Cycles cycles;            // simulated
  isa::Cycles predicted;         // by the compiler
  isa::Cycles checked;           // by the checker, from the programs alone
  double seconds{0.0};
  double bus_gbytes_per_second{0.0};
  std::int64_t violations{0};     // of chips and links, printed on standard error
  std::int64_t wrong_vectors{0};  // that the chips ended with; 0 without values

  [[nodiscard]] bool right() const {
    return cycles == predicted && cycles == checked && violations == 0 && wrong_vectors == 0;
  }
};

/// Inputs from `seed`, outputs against collective::Expected, unless the run is without values.
[[nodiscard]] CollectiveResult run_collective(const collective::Request& request,
                                              std::uint64_t seed, fabric::System& system,
                                              const fabric::RunOptions& run);

}  // namespace lpu::cli
