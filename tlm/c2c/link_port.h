// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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

  /// The oldest vector that has arrived, valid until the next arrives. Throws UnitError.
  std::span<const std::uint8_t> receive(isa::Cycle at);

  [[nodiscard]] int waiting() const { return static_cast<int>(end_ - first_); }
  void reset();

 private:
  [[nodiscard]] std::size_t slot(std::uint64_t arrival) const {
    return static_cast<std::size_t>(arrival) & (at_.size() - 1);
  }
  void grow();

  std::int64_t next_send_{INT64_MIN};
  std::int64_t last_arrival_{INT64_MIN};
  // What has arrived, counted from the first on; a power of two of slots. A run without values has
  // no bytes.
  std::uint64_t first_{0};
  std::uint64_t end_{0};
  std::vector<std::int64_t> at_;
  std::vector<std::vector<std::uint8_t>> bytes_;
};

}  // namespace lpu::tlm
