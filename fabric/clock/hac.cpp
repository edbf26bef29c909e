// SPDX-License-Identifier: Apache-2.0
#include "fabric/clock/hac.h"

#include <algorithm>

namespace lpu::fabric {
namespace {

constexpr std::int64_t wrapped(std::int64_t sum) {
  return (sum % Hac::kPeriod + Hac::kPeriod) % Hac::kPeriod;
}

}  // namespace

void Hac::hear(int parent, std::int64_t latency) {
  heard_ = wrapped(parent + latency - count_);
  hears_ = true;
}

void Hac::clock() {
  const bool moves = wait_ == 0 && gain_ != 0;
  const bool behind = gain_ < kPeriod / 2;
  gain_ = hears_ ? heard_ : gain_;
  hears_ = false;
  if (!moves) {
    ++count_;
    wait_ = std::max(wait_ - 1, 0);
    return;
  }
  count_ += behind ? 2 : 0;
  gain_ = wrapped(gain_ + (behind ? -1 : 1));
  wait_ = kInterval - 1;
}

void Hac::advance(std::int64_t cycles) {
  while (cycles > 0) {
    const std::int64_t idle = hears_       ? 0
                              : gain_ == 0 ? cycles
                                           : std::min<std::int64_t>(wait_, cycles);
    if (idle == 0) {
      clock();
      --cycles;
      continue;
    }
    count_ += idle;
    wait_ = static_cast<int>(std::max<std::int64_t>(wait_ - idle, 0));
    cycles -= idle;
  }
}

}  // namespace lpu::fabric
