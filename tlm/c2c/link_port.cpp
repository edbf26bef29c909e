// SPDX-License-Identifier: Apache-2.0
#include "tlm/c2c/link_port.h"

#include <fmt/format.h>

#include <utility>

#include "tlm/common/schedule_error.h"

namespace lpu::tlm {

void LinkPort::send(const isa::ChipSpec& spec, isa::Cycle at) {
  if (at.value < next_send_) {
    throw UnitError("lpu/c2c/send-too-soon",
                    fmt::format("a link takes a vector every {} cycles, the next in cycle {}",
                                spec.c2c_pace, next_send_));
  }
  next_send_ = at.value + spec.c2c_pace;
}

void LinkPort::arrive(isa::Cycle at, std::span<const std::uint8_t> bytes) {
  if (!arrived_.empty() && at < arrived_.back().at) {
    throw UnitError("lpu/c2c/overtaking",
                    fmt::format("a vector arrives in cycle {}, before the one of cycle {} that "
                                "was sent earlier",
                                at.value, arrived_.back().at.value));
  }
  arrived_.push_back({at, {bytes.begin(), bytes.end()}});
}

std::vector<std::uint8_t> LinkPort::receive(isa::Cycle at) {
  if (arrived_.empty()) {
    throw UnitError("lpu/c2c/nothing-arrived", "a receive needs a vector, and none is on the way");
  }
  if (at < arrived_.front().at) {
    throw UnitError("lpu/c2c/nothing-arrived",
                    fmt::format("a receive needs a vector, and the next arrives in cycle {}",
                                arrived_.front().at.value));
  }
  std::vector<std::uint8_t> bytes = std::move(arrived_.front().bytes);
  arrived_.pop_front();
  return bytes;
}

void LinkPort::reset() {
  next_send_ = INT64_MIN;
  arrived_.clear();
}

}  // namespace lpu::tlm
