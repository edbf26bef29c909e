// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "fabric/topology/topology.h"

namespace lpu::collective {

/// A chip as the owner of a part of the message.
struct Owner {
  int node{0};
  int chip{0};  // in its node
};
[[nodiscard]] constexpr Owner owner_at(int chip) {
  return {chip / fabric::kNodeChips, chip % fabric::kNodeChips};
}
[[nodiscard]] constexpr int chip_of(const Owner& owner) {
  return owner.node * fabric::kNodeChips + owner.chip;
}

/// Which cable takes an owner's piece between its node and another one: they have it in turns.
class Crossings {
 public:
  explicit Crossings(const fabric::Topology& topology);

  /// Whole nodes of eight, every two with a cable.
  [[nodiscard]] bool wired() const;
  /// The end in `node` of the cable between `node` and the owner's.
  [[nodiscard]] fabric::LinkEnd gate(int node, const Owner& owner) const;
  /// Owners in the first `nodes` nodes, but not in the chip's own, whose pieces pass this chip.
  /// Beginning with those of its own number, so that no two chips of a node come to the same one at
  /// the same time.
  [[nodiscard]] std::vector<Owner> passing(int chip, int nodes) const;

 private:
  int chips_;
  std::map<std::pair<int, int>, std::vector<fabric::LinkEnd>> cables_;  // ends in the first node
};

}  // namespace lpu::collective
