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

/// Within a group every chip sends to every other one: what is missing for that, or nothing.
std::string missing_link(const Topology& topology, int first, int chips) {
  for (int i = 0; i < chips; ++i) {
    for (int port = 1; port < chips; ++port) {
      const int link = fabric::local_link(port);
      const fabric::LinkEnd other{first + (i ^ port), link};
      if (topology.peer({first + i, link}) != other) {
        return fmt::format("link {} of chip {} does not lead to link {} of chip {}", link,
                           first + i, link, other.chip);
      }
    }
  }
  return {};
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
std::vector<int> way(const Topology& topology, std::vector<int> whole, int stages) {
  std::vector<int> order{whole.front()};
  whole.erase(whole.begin());
  while (static_cast<int>(order.size()) < stages) {
    const auto next = std::find_if(whole.begin(), whole.end(), [&](int node) {
      return !cables(topology, order.back(), node).empty();
    });
    if (next == whole.end()) {
      refuse(fmt::format("{} pipeline stages: no cable from node {}, the {}th, to an unused node",
                         stages, order.back(), order.size()));
    }
    order.push_back(*next);
    whole.erase(next);
  }
  return order;
}

}  // namespace

std::vector<Stage> divide(const Topology& topology, int layers, int spare_nodes) {
  const int chips = std::min(topology.chips(), kNodeChips);
  if (topology.chips() % chips != 0) {
    refuse(fmt::format("{} chips: several nodes have {} each", topology.chips(), kNodeChips));
  }
  const int nodes = topology.chips() / chips;
  const int count = std::clamp(layers, 1, nodes - spare_nodes);
  std::vector<int> whole;
  std::string missing;
  for (int node = 0; node < nodes; ++node) {
    const std::string what = missing_link(topology, node * kNodeChips, chips);
    if (what.empty()) {
      whole.push_back(node);
    } else if (missing.empty()) {
      missing = what;
    }
  }
  if (static_cast<int>(whole.size()) < count) {
    refuse(
        fmt::format("{} pipeline stages need as many nodes whose chips are fully connected, "
                    "{} of {} are: {}",
                    count, whole.size(), nodes, missing));
  }
  const std::vector<int> order = way(topology, std::move(whole), count);
  std::vector<Stage> stages;
  for (int s = 0; s < count; ++s) {
    const int node = order[static_cast<std::size_t>(s)];
    const int first = s * layers / count;
    stages.push_back({node * kNodeChips, chips, {first, (s + 1) * layers / count - first}, {}});
    if (count > 1) {
      const int before = s > 0 ? order[static_cast<std::size_t>(s - 1)] : order.back();
      stages.back().in = cables(topology, before, node);
    }
  }
  if (count > 1 && stages.front().in.empty()) {
    refuse(fmt::format("{} pipeline stages: no cable from node {}, the last, to node {}, the first",
                       count, order.back(), order.front()));
  }
  return stages;
}

}  // namespace lpu::compiler
