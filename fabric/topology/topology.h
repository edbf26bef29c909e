// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "fabric/topology/cable.h"
#include "fabric/topology/system_spec.h"

namespace lpu::fabric {

/// Who is wired to whom. Chips are 0..chips() - 1; chip c is in node c / 8, in rack c / 72.
class Topology {
 public:
  /// Of a spec as `read_system_spec` returns it.
  explicit Topology(const SystemSpec& spec);

  [[nodiscard]] int chips() const { return chips_; }
  /// Of a chip; those to other nodes begin with `first_global_link()`.
  [[nodiscard]] int links() const { return links_; }
  [[nodiscard]] int first_global_link() const { return first_global_link_; }
  [[nodiscard]] int global_links() const { return global_links_; }
  /// In the order of their first ends.
  [[nodiscard]] const std::vector<Cable>& cables() const { return cables_; }
  /// The other end; nothing for a link that is not connected, or not there at all.
  [[nodiscard]] std::optional<LinkEnd> peer(LinkEnd end) const;
  /// Of the cable at a connected end.
  [[nodiscard]] isa::Cycles flight(LinkEnd end) const;
  /// The shortest of all cables; nothing without one.
  [[nodiscard]] std::optional<isa::Cycles> least_flight() const;
  /// The lowest link of `from` whose other end is at `to`; nothing if they are not neighbours.
  [[nodiscard]] std::optional<int> link_between(int from, int to) const;
  /// Cables on the shortest way to each chip; -1 where there is none.
  [[nodiscard]] std::vector<int> hops_from(int chip) const;
  /// Cables on the shortest way. 0 to itself.
  [[nodiscard]] int hops(int from, int to) const;

 private:
  std::vector<Cable> cables_;
  /// What is at the other end of a link; nobody: chip -1.
  struct Port {
    LinkEnd peer{-1, -1};
    isa::Cycles flight;
  };
  [[nodiscard]] const Port& port(LinkEnd end) const {
    return ports_.at(static_cast<std::size_t>(end.chip * links_ + end.link));
  }

  int chips_;
  int links_;
  int first_global_link_;
  int global_links_;
  std::vector<Port> ports_;  // by chip and link
};

}  // namespace lpu::fabric
