// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/topology.h"

#include <deque>
#include <stdexcept>
#include <string>

namespace lpu::fabric {

Topology::Topology(TopologyKind kind, int chips) : peers_(static_cast<std::size_t>(chips)) {
  if (kind != TopologyKind::kNode || chips < 1 || chips > kNodeChips) {
    throw std::invalid_argument("a node has 1 to 8 chips, not " + std::to_string(chips));
  }
  for (int chip = 0; chip < chips; ++chip) {
    for (int port = 1; port < kNodeChips; ++port) {
      const int other = chip ^ port;
      if (chip < other && other < chips) {
        connect({chip, local_link(port)}, {other, local_link(port)});
      }
    }
  }
}

void Topology::connect(LinkEnd a, LinkEnd b) {
  peers_.at(static_cast<std::size_t>(a.chip)).at(static_cast<std::size_t>(a.link)) = b;
  peers_.at(static_cast<std::size_t>(b.chip)).at(static_cast<std::size_t>(b.link)) = a;
  cables_.push_back({a, b});
}

std::optional<LinkEnd> Topology::peer(LinkEnd end) const {
  if (end.chip < 0 || end.chip >= chips() || end.link < 0 || end.link >= kLinks) {
    return std::nullopt;
  }
  return peers_[static_cast<std::size_t>(end.chip)][static_cast<std::size_t>(end.link)];
}

std::optional<int> Topology::link_between(int from, int to) const {
  for (int link = 0; link < kLinks; ++link) {
    const auto other = peer({from, link});
    if (other && other->chip == to) {
      return link;
    }
  }
  return std::nullopt;
}

int Topology::hops(int from, int to) const {
  std::vector<int> distance(peers_.size(), -1);
  distance.at(static_cast<std::size_t>(from)) = 0;
  std::deque<int> open{from};
  while (!open.empty()) {
    const int chip = open.front();
    open.pop_front();
    for (const auto& other : peers_[static_cast<std::size_t>(chip)]) {
      if (other && distance[static_cast<std::size_t>(other->chip)] < 0) {
        distance[static_cast<std::size_t>(other->chip)] =
            distance[static_cast<std::size_t>(chip)] + 1;
        open.push_back(other->chip);
      }
    }
  }
  return distance.at(static_cast<std::size_t>(to));
}

}  // namespace lpu::fabric
