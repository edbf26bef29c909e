// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>
#include <string>

#include "traces/event/event.h"

namespace lpu::traces {

void InOrder::record(const Event& event) {
  if (event.at < floor_) {
    throw std::logic_error("an event of cycle " + std::to_string(event.at.value) +
                           " after the window that ended at " + std::to_string(floor_.value));
  }
  waiting_.push_back(event);
}

void InOrder::advance(isa::Cycle end) {
  floor_ = end;
  const auto later = std::stable_partition(waiting_.begin(), waiting_.end(),
                                           [&](const Event& e) { return e.at < end; });
  hand_on(static_cast<std::size_t>(later - waiting_.begin()));
}

void InOrder::finish() { hand_on(waiting_.size()); }

void InOrder::hand_on(std::size_t count) {
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  std::stable_sort(waiting_.begin(), end, earlier);
  std::for_each(waiting_.begin(), end, [&](const Event& e) { to_->record(e); });
  waiting_.erase(waiting_.begin(), end);
}

}  // namespace lpu::traces
