// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"

namespace lpu::tlm {

/// A chip's end of one link: pace of what is sent, and what has arrived. Counterpart of
/// rtl/c2c/lpu_c2c_tx.sv and lpu_c2c_rx.sv.
///
/// Two sends are at least c2c_pace cycles apart. A vector can be received from the cycle of its
/// arrival on, the oldest first; receiving before something has arrived is a schedule error.
class LinkPort {
 public:
  /// Judges a send. Throws UnitError.
  void send(const isa::ChipSpec& spec, isa::Cycle at);

  /// Vectors arrive in the order of their cycles; `bytes` is empty in a run without values.
  void arrive(isa::Cycle at, std::span<const std::uint8_t> bytes);

  /// The oldest vector that has arrived. Throws UnitError.
  std::vector<std::uint8_t> receive(isa::Cycle at);

  [[nodiscard]] int waiting() const { return static_cast<int>(arrived_.size()); }
  void reset();

 private:
  struct Arrival {
    isa::Cycle at;
    std::vector<std::uint8_t> bytes;
  };

  std::int64_t next_send_{INT64_MIN};
  std::deque<Arrival> arrived_;
};

}  // namespace lpu::tlm
