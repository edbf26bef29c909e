// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fabric/topology/cable.h"
#include "isa/spec/geometry.h"

namespace lpu::collective {

/// How a collective divides the MEM of a chip: groups of four neighbouring slices, counted from the
/// VXM outward, first those of the west.
///
/// The outermost group of the west is nearest to the local links: what is sent to all chips stands
/// there. Received vectors wait for their sum in other groups of the west, a link each. The east
/// has the message itself, a group a shard. In a machine of several nodes, the two groups behind
/// those of the local links and those behind the shards receive from the global links, and the
/// outermost of the east has the sums of a node.
class Layout {
 public:
  static constexpr int kGroupSlices = 4;

  explicit Layout(const isa::ChipSpec& spec)
      : first_global_link_(static_cast<int>(spec.first_east_link())),
        global_links_(static_cast<int>(spec.c2c_global_links)),
        slices_(static_cast<int>(spec.mem_slices)),
        rows_(static_cast<int>(spec.mem_rows)),
        groups_(slices_ / kGroupSlices) {}

  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int groups() const { return 2 * groups_; }
  /// Number of the queue of a slice of a group, which is also that of the slice.
  [[nodiscard]] int slice(int group, int vector) const {
    return group / groups_ * slices_ + group % groups_ * kGroupSlices + vector;
  }

  [[nodiscard]] int near_links() const { return groups_ - 1; }
  [[nodiscard]] int received(int link) const {
    const int global = link - first_global_link_;
    return global < 0   ? link
           : global < 2 ? fabric::kNodeChips - 1 + global
                        : shard(fabric::kNodeChips + global - 2);
  }
  [[nodiscard]] int near_global_links() const { return 2 * groups_ - 1; }
  [[nodiscard]] int shard(int index) const { return groups_ + index; }

  /// Room for what several nodes need, and for text.
  [[nodiscard]] bool fits_nodes() const {
    return groups_ >= fabric::kNodeChips + global_links_ - 1;
  }
  /// Groups for `shards` shards, and for vectors received from `links` links.
  [[nodiscard]] bool fits(int shards, int links) const {
    return shards <= groups_ && links < groups_;
  }

 private:
  int first_global_link_;
  int global_links_;
  int slices_;
  int rows_;
  int groups_;
};

}  // namespace lpu::collective
