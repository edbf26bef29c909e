// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/facts.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace lpu::fabric {
namespace {

int cables_across(const Topology& topology, unsigned half) {
  const auto in_half = [half](const LinkEnd& end) { return (half >> end.chip & 1U) != 0; };
  return static_cast<int>(
      std::count_if(topology.cables().begin(), topology.cables().end(),
                    [&](const Cable& c) { return in_half(c.a) != in_half(c.b); }));
}

/// Every cut is tried: a node has at most 70 of them.
int least_bisection(const Topology& topology) {
  const int chips = topology.chips();
  if (chips < 2) {
    return 0;
  }
  int least = std::numeric_limits<int>::max();
  for (unsigned half = 0; half < 1U << chips; ++half) {
    if (std::popcount(half) == chips / 2) {
      least = std::min(least, cables_across(topology, half));
    }
  }
  return least;
}

int least_degree(const Topology& topology) {
  std::vector<int> degree(static_cast<std::size_t>(topology.chips()));
  for (const Cable& cable : topology.cables()) {
    ++degree[static_cast<std::size_t>(cable.a.chip)];
    ++degree[static_cast<std::size_t>(cable.b.chip)];
  }
  return *std::min_element(degree.begin(), degree.end());
}

}  // namespace

TopologyFacts facts(const SystemSpec& spec, const Topology& topology) {
  TopologyFacts f;
  f.chips = topology.chips();
  f.links = static_cast<int>(topology.cables().size());
  std::int64_t sum = 0;
  for (int from = 0; from < f.chips; ++from) {
    for (int to = 0; to < f.chips; ++to) {
      const int hops = topology.hops(from, to);
      f.diameter = std::max(f.diameter, hops);
      sum += hops;
    }
  }
  if (f.chips > 1) {
    f.mean_hops = static_cast<double>(sum) / static_cast<double>(f.chips * (f.chips - 1));
  }
  f.link_gbytes_per_second = static_cast<double>(spec.chip.vector_bytes() * spec.chip.clock_mhz) /
                             (1000.0 * static_cast<double>(spec.chip.c2c_pace));
  f.bisection_gbytes_per_second = least_bisection(topology) * f.link_gbytes_per_second;
  f.injection_gbytes_per_second = least_degree(topology) * f.link_gbytes_per_second;
  f.hop_cycles = spec.chip.c2c_send_latency + spec.flight.value + spec.chip.c2c_receive_latency;
  return f;
}

}  // namespace lpu::fabric
