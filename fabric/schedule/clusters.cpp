// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/clusters.h"

#include <algorithm>
#include <numeric>

#include "isa/spec/geometry.h"

namespace lpu::fabric {
namespace {

/// The first chip of the cluster that `chip` belongs to as far as is known. `first[c]` is a chip
/// before c of the same cluster, or c.
int first_of(std::vector<int>& first, int chip) {
  auto at = static_cast<std::size_t>(chip);
  while (static_cast<std::size_t>(first[at]) != at) {
    first[at] = first[static_cast<std::size_t>(first[at])];  // a shorter way for the next one
    at = static_cast<std::size_t>(first[at]);
  }
  return static_cast<int>(at);
}

}  // namespace

std::vector<std::vector<int>> clusters_of(const isa::ChipSpec& chip, const Topology& topology,
                                          const ProgramSet& programs) {
  const isa::Geometry geometry(chip);
  const auto works = [&](LinkEnd end) {
    const auto c = static_cast<std::size_t>(end.chip);
    const auto queue = static_cast<std::size_t>(geometry.c2c_queue(end.link));
    return c < programs.size() && programs[c] != nullptr && queue < programs[c]->queues.size() &&
           !programs[c]->queues[queue].empty();
  };
  std::vector<int> first(static_cast<std::size_t>(topology.chips()));
  std::iota(first.begin(), first.end(), 0);
  for (const Cable& cable : topology.cables()) {
    if (works(cable.a) || works(cable.b)) {
      const int a = first_of(first, cable.a.chip);
      const int b = first_of(first, cable.b.chip);
      first[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    }
  }
  std::vector<std::vector<int>> clusters;
  std::vector<std::size_t> number(first.size());
  for (int c = 0; c < topology.chips(); ++c) {
    const int f = first_of(first, c);
    if (f == c) {
      number[static_cast<std::size_t>(c)] = clusters.size();
      clusters.emplace_back();
    }
    clusters[number[static_cast<std::size_t>(f)]].push_back(c);
  }
  return clusters;
}

}  // namespace lpu::fabric
