// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>

#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"

namespace lpu::tlm {

/// Judges whether the vectors of one link find a place in a FIFO of stated depth, as
/// rtl/c2c/lpu_c2c_rx.sv has it: from the arrival until the last superlane has left for the stream,
/// c2c_receive_latency and the superlanes after the receive. There is no back-pressure: a vector
/// without a place is a schedule error.
///
/// Arrivals in their order, receives in theirs; an arrival may be known before the receives that
/// are earlier, and is then judged by them.
class ReceiveFifo {
 public:
  /// `depth` from 1 on.
  ReceiveFifo(const isa::ChipSpec& spec, int depth)
      : leaves_after_{spec.c2c_receive_latency + spec.superlanes},
        depth_(static_cast<std::size_t>(depth)) {}

  /// Both throw UnitError.
  void arrives(isa::Cycle at);
  void receives(isa::Cycle at);
  void reset();

 private:
  void refuse_overflow(isa::Cycle arrival, isa::Cycle has_place) const;

  isa::Cycles leaves_after_;
  std::size_t depth_;
  std::deque<isa::Cycle> waiting_;  // arrivals
  std::deque<isa::Cycle> left_;     // when the last `depth_` received vectors have left
};

}  // namespace lpu::tlm
