// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/topology.h"

#include <algorithm>

#include "fabric/topology/wiring.h"

namespace lpu::fabric {

Topology::Topology(const SystemSpec& spec)
    : cables_(wire(spec)),
      chips_(spec.chips),
      links_(static_cast<int>(spec.chip.c2c_links)),
      first_global_link_(static_cast<int>(spec.chip.first_east_link())),
      global_links_(static_cast<int>(spec.chip.c2c_global_links)),
      ports_(static_cast<std::size_t>(chips_) * static_cast<std::size_t>(links_)) {
  const auto connect = [this](LinkEnd from, LinkEnd to, isa::Cycles flight) {
    ports_.at(static_cast<std::size_t>(from.chip * links_ + from.link)) = {to, flight};
  };
  for (const Cable& cable : cables_) {
    connect(cable.a, cable.b, cable.flight);
    connect(cable.b, cable.a, cable.flight);
  }
}

std::optional<LinkEnd> Topology::peer(LinkEnd end) const {
  if (end.chip < 0 || end.chip >= chips() || end.link < 0 || end.link >= links_ ||
      port(end).peer.chip < 0) {
    return std::nullopt;
  }
  return port(end).peer;
}

isa::Cycles Topology::flight(LinkEnd end) const { return port(end).flight; }

std::optional<isa::Cycles> Topology::least_flight() const {
  if (cables_.empty()) {
    return std::nullopt;
  }
  return std::min_element(cables_.begin(), cables_.end(),
                          [](const Cable& a, const Cable& b) { return a.flight < b.flight; })
      ->flight;
}

std::optional<int> Topology::link_between(int from, int to) const {
  for (int link = 0; link < links_; ++link) {
    const auto other = peer({from, link});
    if (other && other->chip == to) {
      return link;
    }
  }
  return std::nullopt;
}

std::vector<int> Topology::hops_from(int chip) const {
  std::vector<int> hops(static_cast<std::size_t>(chips_), -1);
  std::vector<int> open{chip};
  open.reserve(hops.size());
  hops.at(static_cast<std::size_t>(chip)) = 0;
  for (std::size_t next = 0; next < open.size(); ++next) {
    const auto from = static_cast<std::size_t>(open[next]);
    for (int link = 0; link < links_; ++link) {
      const int to = port({open[next], link}).peer.chip;
      if (to >= 0 && hops[static_cast<std::size_t>(to)] < 0) {
        hops[static_cast<std::size_t>(to)] = hops[from] + 1;
        open.push_back(to);
      }
    }
  }
  return hops;
}

int Topology::hops(int from, int to) const {
  return hops_from(from).at(static_cast<std::size_t>(to));
}

}  // namespace lpu::fabric
