// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <unordered_set>
#include <vector>

#include "fabric/schedule/network/link_slots.h"
#include "fabric/schedule/network/network_schedule.h"
#include "isa/spec/geometry.h"

namespace lpu::fabric {

/// What a vector's stay on a chip asks of it: none of both ends at the chip it comes from or goes
/// to.
struct Stay {
  struct Arrival {
    int link{0};
    isa::Cycle receive;
  };
  struct Departure {
    int link{0};
    isa::Cycle send;
  };
  std::optional<Arrival> in;
  std::optional<Departure> out;
  isa::Cycle ready;  // without `in`: the first cycle in which it can be read
};

/// Times of a vector between link and MEM, from the chip's latencies and positions.
class MemTimes {
 public:
  explicit MemTimes(const isa::ChipSpec& spec);

  [[nodiscard]] isa::Cycle write(const Stay::Arrival& in, int slice) const;
  [[nodiscard]] isa::Cycle read(const Stay::Departure& out, int slice) const;
  /// The earliest send of a stay, over all slices.
  [[nodiscard]] isa::Cycle first_send(const Stay& stay, int link) const;
  /// The earliest receive after `receive` over one more cable.
  [[nodiscard]] isa::Cycles shortest_hop(isa::Cycles flight) const;
  /// All slices, those nearest to the links of that side first.
  [[nodiscard]] const std::vector<int>& nearest(int link) const { return nearest_[side_of(link)]; }
  [[nodiscard]] const isa::ChipSpec& spec() const { return spec_; }

 private:
  [[nodiscard]] std::size_t side_of(int link) const {
    return link < spec_.first_east_link() ? 0 : 1;
  }
  [[nodiscard]] std::int64_t distance(int link, int slice) const {
    return distance_[side_of(link)][static_cast<std::size_t>(slice)];
  }

  isa::ChipSpec spec_;
  std::array<std::vector<std::int64_t>, 2> distance_;  // side of the link, slice
  std::array<std::vector<int>, 2> nearest_;
};

/// What has been given away of one chip: slots of its links, cycles of their queues, cycles of the
/// MEM slices (one access each, whatever the bank) and their rows.
class ChipTraffic {
 public:
  explicit ChipTraffic(const isa::ChipSpec& spec);

  /// The first cycle from `at` on in which the link takes a send.
  [[nodiscard]] isa::Cycle next_send(int link, isa::Cycle at) const;
  [[nodiscard]] bool can_receive(int link, isa::Cycle at) const;
  /// A slice that is idle when the vector is written and when it is read, in time, with a row
  /// left. Throws isa::InputError if no slice has a row left.
  [[nodiscard]] std::optional<int> slice_for(const MemTimes& times, const Stay& stay) const;
  /// Takes all of that.
  MemPlace take(const MemTimes& times, const Stay& stay, int slice);

 private:
  [[nodiscard]] bool idle(int slice, isa::Cycle at) const { return !mem_.contains(key(slice, at)); }
  [[nodiscard]] static std::int64_t key(int unit, isa::Cycle at) { return at.value * 256 + unit; }

  std::int64_t rows_;
  std::vector<LinkSlots> slots_;             // by link
  std::unordered_set<std::int64_t> queues_;  // of links
  std::unordered_set<std::int64_t> mem_;
  std::vector<int> used_rows_;  // of each slice
};

}  // namespace lpu::fabric
