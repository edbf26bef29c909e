// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "isa/spec/cycle.h"

namespace lpu::fabric {

/// When one direction of a cable can be sent on: sends are `pace` cycles apart.
class LinkSlots {
 public:
  /// The first cycle from `at` on in which a send collides with no other.
  [[nodiscard]] isa::Cycle next_free(isa::Cycle at) const;
  void take(isa::Cycle send, std::int64_t pace);

 private:
  std::map<std::int64_t, std::int64_t> closed_;  // first cycle, first cycle behind; disjoint
};

}  // namespace lpu::fabric
