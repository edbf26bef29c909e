// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "fabric/schedule/network/network_schedule.h"
#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"

namespace lpu::testbench {

/// Random systems and messages; the same for the same seed on every host.
class RandomNetwork {
 public:
  explicit RandomNetwork(std::uint32_t seed) : engine_(seed) {}

  /// 0 to n - 1.
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(n)); }

  /// A connected graph of 2 to 24 chips: a tree, and cables between free links at will.
  fabric::SystemSpec graph(fabric::SystemSpec spec) {
    spec.topology = fabric::TopologyKind::kGraph;
    spec.chips = 2 + below(23);
    spec.cables.clear();
    free_.assign(static_cast<std::size_t>(spec.chips), {});
    for (auto& links : free_) {
      for (int link = 0; link < spec.chip.c2c_links; ++link) {
        links.push_back(link);
      }
    }
    for (int chip = 1; chip < spec.chips; ++chip) {
      // No chip has more than 15 cables of the tree: a link is left for the next one.
      int to = below(chip);
      while (free_[static_cast<std::size_t>(to)].size() < 2) {
        to = below(chip);
      }
      spec.cables.push_back(cable(to, chip));
    }
    for (int extra = below(3 * spec.chips); extra > 0; --extra) {
      const int a = below(spec.chips);
      const int b = below(spec.chips);
      if (a != b && !free_[static_cast<std::size_t>(a)].empty() &&
          !free_[static_cast<std::size_t>(b)].empty()) {
        spec.cables.push_back(cable(a, b));
      }
    }
    std::sort(spec.cables.begin(), spec.cables.end(),
              [](const fabric::Cable& x, const fabric::Cable& y) { return x.a < y.a; });
    spec.cable_sources.assign(spec.cables.size(), "C");
    return spec;
  }

  /// Up to `most` messages of up to `vectors` vectors.
  std::vector<fabric::Message> messages(int chips, int most, int vectors) {
    std::vector<fabric::Message> all;
    for (int n = 1 + below(most); n > 0; --n) {
      const int from = below(chips);
      const int to = (from + 1 + below(chips - 1)) % chips;
      all.push_back({from, to, 1 + below(vectors), {below(2) * below(1000)}});
    }
    return all;
  }

 private:
  fabric::Cable cable(int a, int b) {
    const fabric::LinkEnd x{a, link_of(a)};
    const fabric::LinkEnd y{b, link_of(b)};
    return {std::min(x, y), std::max(x, y), {200 + below(100)}};
  }
  int link_of(int chip) {
    auto& links = free_[static_cast<std::size_t>(chip)];
    const auto i = links.begin() + below(static_cast<int>(links.size()));
    const int link = *i;
    links.erase(i);
    return link;
  }

  std::mt19937 engine_;
  std::vector<std::vector<int>> free_;  // links of each chip
};

}  // namespace lpu::testbench
