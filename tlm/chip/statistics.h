// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace lpu::tlm {

/// What a chip counted since it was built, whatever was loaded in between.
struct Statistics {
  struct Queue {
    std::int64_t instructions{0};  // dispatched, a repetition counts; without ICU instructions
    std::int64_t vector_ops{0};    // vectors read, written, computed or sent
    std::int64_t busy_cycles{0};   // cycles in which something was dispatched
  };
  std::vector<Queue> queues;         // in the order of isa::Geometry
  std::int64_t vector_ops{0};        // sum over the queues
  std::int64_t corrected_errors{0};  // single bits put right by SECDED
  std::int64_t compared_outputs{0};  // outputs of units that run beside their RTL
  std::int64_t differences{0};
};

}  // namespace lpu::tlm
