// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/spec/geometry.h"

namespace lpu::collective {

/// How a collective divides the MEM of a chip: groups of four neighbouring slices, counted from the
/// VXM outward, first those of the west.
///
/// The outermost group of the west is nearest to the local links: what is sent to all chips stands
/// there. Received vectors wait for their sum in the other groups of the west, a link each. The
/// east has the message itself, a group a shard.
class Layout {
 public:
  static constexpr int kGroupSlices = 4;

  explicit Layout(const isa::ChipSpec& spec)
      : slices_(static_cast<int>(spec.mem_slices)),
        rows_(static_cast<int>(spec.mem_rows)),
        groups_(slices_ / kGroupSlices) {}

  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int groups() const { return 2 * groups_; }
  /// Number of the queue of a slice of a group, which is also that of the slice.
  [[nodiscard]] int slice(int group, int vector) const {
    return group / groups_ * slices_ + group % groups_ * kGroupSlices + vector;
  }

  [[nodiscard]] int near_links() const { return groups_ - 1; }
  [[nodiscard]] int received(int link) const { return link; }
  [[nodiscard]] int shard(int index) const { return groups_ + index; }

  /// Groups for `shards` shards, and for vectors received from `links` links.
  [[nodiscard]] bool fits(int shards, int links) const {
    return shards <= groups_ && links < groups_;
  }

 private:
  int slices_;
  int rows_;
  int groups_;
};

}  // namespace lpu::collective
