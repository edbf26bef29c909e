// SPDX-License-Identifier: Apache-2.0
#include "tlm/c2c/receive_fifo.h"

#include <fmt/format.h>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {

void ReceiveFifo::arrives(isa::Cycle at) {
  // The vector that came `depth_` vectors ago must have left, if it has been received already.
  const std::size_t known = left_.size() + waiting_.size();
  if (waiting_.size() < depth_ && known >= depth_) {
    refuse_overflow(at, left_[known - depth_]);
  }
  waiting_.push_back(at);
}

void ReceiveFifo::receives(isa::Cycle at) {
  const isa::Cycle leaves = at + leaves_after_;
  if (waiting_.size() > depth_) {
    refuse_overflow(waiting_[depth_], leaves);
  }
  waiting_.pop_front();
  left_.push_back(leaves);
  if (left_.size() > depth_) {
    left_.pop_front();
  }
}

/// A vector needs the place of another one.
void ReceiveFifo::refuse_overflow(isa::Cycle arrival, isa::Cycle has_place) const {
  if (arrival < has_place) {
    throw UnitError("lpu/c2c/fifo-overflow",
                    fmt::format("a vector arrives in cycle {}, when {} wait or are on their way to "
                                "a stream: a place is free from cycle {} on",
                                arrival.value, depth_, has_place.value));
  }
}

void ReceiveFifo::reset() {
  waiting_.clear();
  left_.clear();
}

}  // namespace lpu::tlm
