// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/wiring.h"

#include <algorithm>

namespace lpu::fabric {
namespace {

constexpr int kRingCables = 3;      // P, to each neighbour
constexpr int kRingBack = 4;        // C, the first link to the chip before
constexpr int kQuadfourReach = 4;   // P, nodes in each direction
constexpr int kQuadfourCables = 4;  // P, to each of them

/// Where `b` stands among the others, seen from `a`.
int slot_of(int a, int b) { return b < a ? b : b - 1; }

class Wiring {
 public:
  explicit Wiring(const SystemSpec& spec)
      : spec_(spec),
        first_global_link_(static_cast<int>(spec.chip.first_east_link())),
        globals_of_node_(kNodeChips * static_cast<int>(spec.chip.c2c_global_links)) {}

  [[nodiscard]] int globals_of_node() const { return globals_of_node_; }
  /// Of racks: half of the global ports stay inside, half lead out. C
  [[nodiscard]] int globals_inside() const { return globals_of_node_ / 2; }

  void node(int first_chip, int chips) {
    for (int i = 0; i < chips; ++i) {
      for (int port = 1; port < kNodeChips; ++port) {
        const int other = i ^ port;
        if (i < other && other < chips) {
          add({first_chip + i, local_link(port)}, {first_chip + other, local_link(port)},
              spec_.flight);
        }
      }
    }
  }

  void ring(int chips) {
    for (int i = 0; i < chips; ++i) {
      for (int k = 0; k < kRingCables; ++k) {
        add({i, k}, {(i + 1) % chips, kRingBack + k}, spec_.flight);
      }
    }
  }

  void nodes(int count) {
    for (int n = 0; n < count; ++n) {
      node(n * kNodeChips, kNodeChips);
    }
  }

  /// Cables between each two of `count` that share `ports` ports among the others.
  static int cables_a_pair(int ports, int count) { return ports / std::max(count - 1, 1); }

  /// Every pair of nodes, over the first `ports` global ports of each.
  void all_pairs(int first_node, int count, int ports) {
    const int cables = cables_a_pair(ports, count);
    for (int a = 0; a < count; ++a) {
      for (int b = a + 1; b < count; ++b) {
        for (int k = 0; k < cables; ++k) {
          add(global_end(first_node + a, slot_of(a, b) * cables + k),
              global_end(first_node + b, slot_of(b, a) * cables + k), spec_.global_flight);
        }
      }
    }
  }

  /// Port P of a rack is of its node P % 9, and of that node the (P / 9)-th that leads out.
  [[nodiscard]] LinkEnd rack_end(int rack, int port) const {
    return global_end(rack * kRackNodes + port % kRackNodes, globals_inside() + port / kRackNodes);
  }

  void racks(int count) {
    const int cables = cables_a_pair(kRackNodes * (globals_of_node_ - globals_inside()), count);
    for (int a = 0; a < count; ++a) {
      for (int b = a + 1; b < count; ++b) {
        for (int k = 0; k < cables; ++k) {
          add(rack_end(a, slot_of(a, b) * cables + k), rack_end(b, slot_of(b, a) * cables + k),
              spec_.rack_flight);
        }
      }
    }
  }

  /// All global links of a chip lead to one node: with the published diameters, 3 of 9 nodes and 5
  /// of 17. C
  [[nodiscard]] LinkEnd quadfour_end(int node, int slot, int k) const {
    return {node * kNodeChips + slot, first_global_link_ + k};
  }

  void quadfour(int count) {
    for (int n = 0; n < count; ++n) {
      for (int d = 1; d <= kQuadfourReach; ++d) {
        for (int k = 0; k < kQuadfourCables; ++k) {
          add(quadfour_end(n, d - 1, k), quadfour_end((n + d) % count, kQuadfourReach + d - 1, k),
              spec_.global_flight);
        }
      }
    }
  }

  std::vector<Cable> take() {
    std::sort(cables_.begin(), cables_.end(),
              [](const Cable& x, const Cable& y) { return x.a < y.a; });
    return std::move(cables_);
  }

 private:
  /// Global port q of a node: the ports of all its chips, chip by chip.
  [[nodiscard]] LinkEnd global_end(int node, int q) const {
    return {node * kNodeChips + q % kNodeChips, first_global_link_ + q / kNodeChips};
  }

  void add(LinkEnd a, LinkEnd b, isa::Cycles flight) {
    cables_.push_back({std::min(a, b), std::max(a, b), flight});
  }

  const SystemSpec& spec_;
  int first_global_link_;
  int globals_of_node_;
  std::vector<Cable> cables_;
};

std::vector<Cable> all_cables(const SystemSpec& spec) {
  const int nodes = spec.chips / kNodeChips;
  Wiring wiring(spec);
  switch (spec.topology) {
    case TopologyKind::kNode:
      wiring.node(0, spec.chips);
      break;
    case TopologyKind::kRing:
      wiring.ring(spec.chips);
      break;
    case TopologyKind::kDragonfly:
      wiring.nodes(nodes);
      wiring.all_pairs(0, nodes, wiring.globals_of_node());
      break;
    case TopologyKind::kRacks:
      wiring.nodes(nodes);
      for (int first = 0; first < nodes; first += kRackNodes) {
        wiring.all_pairs(first, kRackNodes, wiring.globals_inside());
      }
      wiring.racks(nodes / kRackNodes);
      break;
    case TopologyKind::kQuadfour:
      wiring.nodes(nodes);
      wiring.quadfour(nodes);
      break;
    case TopologyKind::kGraph:
      return spec.cables;
  }
  return wiring.take();
}

}  // namespace

std::vector<Cable> wire(const SystemSpec& spec) {
  std::vector<Cable> cables = all_cables(spec);
  if (!spec.outages.empty()) {
    std::erase_if(cables, [&](const Cable& cable) { return spec.outages.out(cable); });
  }
  return cables;
}

}  // namespace lpu::fabric
