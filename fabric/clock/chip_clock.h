// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "fabric/clock/alignment.h"
#include "tlm/common/clock.h"

namespace lpu::fabric {

/// The cycles of a chip that has an oscillator of its own: program time. Cycle 252 k is where the
/// chip's counter begins epoch k, whenever a program starts (DESKEW) and after each RUNTIME_DESKEW;
/// from there on a cycle is an edge of the oscillator, until the next time.
///
/// In the `stall` cycles before such a moment a chip does nothing. They stand for what is left
/// until then, stall plus or minus the drift, which they divide evenly.
class ChipClock final : public tlm::Clock {
 public:
  /// RUNTIME_DESKEW in every program: its last `stall` cycles of each `interval`, which is a
  /// multiple of 252.
  struct Deskew {
    isa::Cycles interval;
    isa::Cycles stall;
  };

  /// Cycle 0 is the beginning of the counter's epoch `first`, which is settled, and kernel time 0
  /// the moment `zero`.
  ChipClock(std::shared_ptr<Alignment> alignment, int chip, std::int64_t first, isa::Instant zero,
            std::optional<Deskew> deskew);

  /// DESKEW: a program starts in cycle `at`, a multiple of 252, and nothing happens in the `stall`
  /// cycles before. They must be more than the counter can have moved since the last time: one
  /// cycle an epoch.
  void start(isa::Cycle at, isa::Cycles stall);

  [[nodiscard]] isa::Instant time_of(isa::Cycle at) const override;
  [[nodiscard]] isa::Cycle cycle_at(isa::Instant time) const override;

  /// SAC - HAC: cycles that all of the deskews until now have taken out of program time.
  [[nodiscard]] std::int64_t drift() const;

 private:
  /// Cycles from `from` on, an edge each, up to the stall of the next one.
  struct Segment {
    isa::Cycle from;
    isa::Cycles stall;  // before it
    std::int64_t edge{0};
    isa::Instant begins;
  };

  [[nodiscard]] isa::Instant edge_time(std::int64_t edge) const;
  [[nodiscard]] Segment segment(isa::Cycle from, isa::Cycles stall) const;
  void reach(isa::Cycle at) const;
  [[nodiscard]] isa::Cycle stalls_at(std::size_t segment) const;

  std::shared_ptr<Alignment> alignment_;
  int chip_;
  std::int64_t first_;
  isa::Instant zero_;
  std::optional<Deskew> deskew_;
  mutable std::vector<Segment> segments_;  // those of deskews as far as was asked for
};

}  // namespace lpu::fabric
