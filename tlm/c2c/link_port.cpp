// SPDX-License-Identifier: Apache-2.0
#include "tlm/c2c/link_port.h"

#include <fmt/format.h>

#include <algorithm>
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
  if (at.value < last_arrival_) {
    throw UnitError("lpu/c2c/overtaking",
                    fmt::format("a vector arrives in cycle {}, before the one of cycle {} that "
                                "was sent earlier",
                                at.value, last_arrival_));
  }
  if (end_ - first_ == at_.size()) {
    grow();
  }
  at_[slot(end_)] = at.value;
  if (!bytes.empty()) {
    bytes_.resize(at_.size());
    bytes_[slot(end_)].assign(bytes.begin(), bytes.end());
  }
  ++end_;
  last_arrival_ = at.value;
}

void LinkPort::grow() {
  LinkPort longer;
  longer.at_.resize(std::max<std::size_t>(2 * at_.size(), 8));
  longer.bytes_.resize(bytes_.empty() ? 0 : longer.at_.size());
  for (std::uint64_t i = first_; i != end_; ++i) {
    longer.at_[longer.slot(i)] = at_[slot(i)];
    if (!bytes_.empty()) {
      longer.bytes_[longer.slot(i)] = std::move(bytes_[slot(i)]);
    }
  }
  at_ = std::move(longer.at_);
  bytes_ = std::move(longer.bytes_);
}

std::span<const std::uint8_t> LinkPort::receive(isa::Cycle at) {
  if (waiting() == 0) {
    throw UnitError("lpu/c2c/nothing-arrived", "a receive needs a vector, and none is on the way");
  }
  const std::size_t oldest = slot(first_);
  if (at.value < at_[oldest]) {
    throw UnitError(
        "lpu/c2c/nothing-arrived",
        fmt::format("a receive needs a vector, and the next arrives in cycle {}", at_[oldest]));
  }
  ++first_;
  return bytes_.empty() ? std::span<const std::uint8_t>{} : bytes_[oldest];
}

void LinkPort::reset() {
  next_send_ = INT64_MIN;
  last_arrival_ = INT64_MIN;
  first_ = end_;
}

}  // namespace lpu::tlm
