// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fabric/topology/cable.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"

namespace lpu::fabric {

/// Vectors to be brought from the MEM of one chip to that of another.
struct Message {
  int from{0};
  int to{0};
  int vectors{1};
  isa::Cycle ready;  // the first cycle in which they can be read
};

/// Where a vector stands: slices count over both hemispheres, west first.
struct MemPlace {
  int slice{0};
  int row{0};
  friend constexpr auto operator<=>(const MemPlace&, const MemPlace&) = default;
};

/// One vector over one cable.
struct Hop {
  LinkEnd from;        // the sender's end
  isa::Cycle send;     // dispatch of the send
  isa::Cycle receive;  // dispatch of the receive at the other end
};

/// How one vector of a message travels. It is read from `places[i]` of the i-th chip on its way so
/// that it passes the link when `hops[i]` is sent, and written to `places[i + 1]` of the next one
/// as soon as it gets there: a chip on the way keeps it in MEM until it goes on.
struct Way {
  int message{0};  // of the list of messages
  std::vector<Hop> hops;
  std::vector<MemPlace> places;  // one more than hops
};

/// Every vector of every message.
struct NetworkSchedule {
  std::vector<Way> ways;
};

/// A link has a stream of its own on the way out and one on the way in, so that vectors of
/// different links never meet: with n links on a side, link l sends from stream n + l % n of its
/// direction and receives into stream l % n.
[[nodiscard]] inline int stream_out_of_link(const isa::ChipSpec& chip, int link) {
  const auto a_side = static_cast<int>(chip.first_east_link());
  return a_side + link % a_side;
}
[[nodiscard]] inline int stream_into_link(const isa::ChipSpec& chip, int link) {
  return link % static_cast<int>(chip.first_east_link());
}

}  // namespace lpu::fabric
