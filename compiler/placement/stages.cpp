// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/stages.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error/input_error.h"

namespace lpu::compiler {
namespace {

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
  for (int port = 0; port < topology.global_links(); ++port) {
    for (int chip = 0; chip < kNodeChips && found.size() < kMostCables; ++chip) {
      const int link = topology.first_global_link() + port;
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

/// Looks for a way from the first of `nodes` over `stages` of them and back, along cables; tries
/// them in their order.
class Circuit {
 public:
  Circuit(const Topology& topology, const std::vector<int>& nodes, int stages)
      : topology_(topology), nodes_(nodes), stages_(stages), used_(nodes.size()) {
    take(0);
    if (!go_on()) {
      refuse(
          fmt::format("{} pipeline stages: no way found from node to node and back to the "
                      "first, each step along a cable",
                      stages));
    }
  }
  [[nodiscard]] const std::vector<int>& nodes() const { return way_; }

 private:
  static constexpr int kMostTries = 1'000'000;

  void take(std::size_t i) {
    way_.push_back(nodes_[i]);
    used_[i] = true;
  }

  bool go_on() {
    if (static_cast<int>(way_.size()) == stages_) {
      return stages_ == 1 || !cables(topology_, way_.back(), way_.front()).empty();
    }
    for (std::size_t i = 0; i < nodes_.size() && ++tries_ < kMostTries; ++i) {
      if (used_[i] || cables(topology_, way_.back(), nodes_[i]).empty()) {
        continue;
      }
      take(i);
      if (go_on()) {
        return true;
      }
      way_.pop_back();
      used_[i] = false;
    }
    return false;
  }

  const Topology& topology_;
  const std::vector<int>& nodes_;
  int stages_;
  int tries_{0};
  std::vector<int> way_;
  std::vector<bool> used_;
};

}  // namespace

int chips_of_stage(const Topology& topology) { return std::min(topology.chips(), kNodeChips); }

int most_stages(const Topology& topology, int spare_nodes) {
  const int chips = chips_of_stage(topology);
  if (topology.chips() % chips != 0) {
    refuse(fmt::format("{} chips: several nodes have {} each", topology.chips(), kNodeChips));
  }
  return topology.chips() / chips - spare_nodes;
}

std::vector<Stage> divide(const Topology& topology, int count) {
  const int chips = chips_of_stage(topology);
  const int nodes = most_stages(topology, 0);
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
  const std::vector<int> order = Circuit(topology, whole, count).nodes();
  std::vector<Stage> stages;
  for (int s = 0; s < count; ++s) {
    const int node = order[static_cast<std::size_t>(s)];
    stages.push_back({node * kNodeChips, chips, {}});
    if (count > 1) {
      const int before = s > 0 ? order[static_cast<std::size_t>(s - 1)] : order.back();
      stages.back().in = cables(topology, before, node);
    }
  }
  return stages;
}

}  // namespace lpu::compiler
