// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/network/link_slots.h"

#include <algorithm>
#include <iterator>

namespace lpu::fabric {

isa::Cycle LinkSlots::next_free(isa::Cycle at) const {
  const auto after = closed_.upper_bound(at.value);
  if (after == closed_.begin()) {
    return at;
  }
  return {std::max(at.value, std::prev(after)->second)};
}

void LinkSlots::take(isa::Cycle send, std::int64_t pace) {
  std::int64_t first = send.value - pace + 1;
  std::int64_t end = send.value + pace;
  auto it = closed_.lower_bound(first);
  if (it != closed_.begin() && std::prev(it)->second >= first) {
    --it;
  }
  while (it != closed_.end() && it->first <= end) {
    first = std::min(first, it->first);
    end = std::max(end, it->second);
    it = closed_.erase(it);
  }
  closed_.emplace(first, end);
}

}  // namespace lpu::fabric
