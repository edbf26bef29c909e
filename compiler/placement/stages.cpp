// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/stages.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

using fabric::kGlobalPorts;
using fabric::kNodeChips;
using fabric::Topology;

constexpr std::size_t kMostCables = 4;  // bytes of an fp32 value: a round sends different ones

[[noreturn]] void refuse(const std::string& reason) { throw isa::InputError("system", 0, reason); }

/// Within a group every chip sends to every other one.
void need_full_connection(const Topology& topology, int first, int chips) {
  for (int i = 0; i < chips; ++i) {
    for (int port = 1; port < chips; ++port) {
      const int link = fabric::local_link(port);
      const fabric::LinkEnd other{first + (i ^ port), link};
      if (topology.peer({first + i, link}) != other) {
        refuse(
            fmt::format("link {} of chip {} does not lead to chip {}: the chips of a tensor "
                        "parallel group are fully connected",
                        link, first + i, other.chip));
      }
    }
  }
}

std::vector<StageCable> cables(const Topology& topology, int from, int to) {
  std::vector<StageCable> found;
  for (int port = 0; port < kGlobalPorts; ++port) {
    for (int chip = 0; chip < kNodeChips && found.size() < kMostCables; ++chip) {
      const int link = fabric::global_link(port);
      const auto end = topology.peer({from * kNodeChips + chip, link});
      if (!end || end->chip / kNodeChips != to) {
        continue;
      }
      const StageCable cable{chip, link, end->chip % kNodeChips, end->link, topology.flight(*end)};
      const bool taken = std::any_of(found.begin(), found.end(), [&](const StageCable& c) {
        return c.from_chip == cable.from_chip || c.to_chip == cable.to_chip;
      });
      if (!taken) {
        found.push_back(cable);
      }
    }
  }
  return found;
}

/// Nodes in the order of the stages.
std::vector<int> way(const Topology& topology, int nodes, int stages) {
  std::vector<int> order{0};
  while (static_cast<int>(order.size()) < stages) {
    int next = 0;
    while (next < nodes && (std::find(order.begin(), order.end(), next) != order.end() ||
                            cables(topology, order.back(), next).empty())) {
      ++next;
    }
    if (next == nodes) {
      refuse(fmt::format("{} pipeline stages: no cable from node {}, the {}th, to an unused node",
                         stages, order.back(), order.size()));
    }
    order.push_back(next);
  }
  return order;
}

}  // namespace

std::vector<Stage> divide(const Topology& topology, int layers) {
  const int chips = std::min(topology.chips(), kNodeChips);
  if (topology.chips() % chips != 0) {
    refuse(fmt::format("{} chips: several nodes have {} each", topology.chips(), kNodeChips));
  }
  const int nodes = topology.chips() / chips;
  const int count = std::clamp(layers, 1, nodes);
  const std::vector<int> order = way(topology, nodes, count);
  std::vector<Stage> stages;
  for (int s = 0; s < count; ++s) {
    const int node = order[static_cast<std::size_t>(s)];
    const int first = s * layers / count;
    need_full_connection(topology, node * kNodeChips, chips);
    stages.push_back({node * kNodeChips, chips, {first, (s + 1) * layers / count - first}, {}});
    if (count > 1) {
      const int before = s > 0 ? order[static_cast<std::size_t>(s - 1)] : order.back();
      stages.back().in = cables(topology, before, node);
    }
  }
  if (count > 1 && stages.front().in.empty()) {
    refuse(fmt::format("{} pipeline stages: no cable from node {}, the last, to node 0", count,
                       order.back()));
  }
  return stages;
}

}  // namespace lpu::compiler
