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

/// Every cut of up to eight chips.
int least_of_all_cuts(const Topology& topology) {
  const int chips = topology.chips();
  int least = std::numeric_limits<int>::max();
  for (unsigned half = 0; half < 1U << chips; ++half) {
    if (std::popcount(half) == chips / 2) {
      least = std::min(least, cables_across(topology, half));
    }
  }
  return least;
}

/// Cuts of half of the groups in a row, beginning with each.
int least_of_cuts_in_a_row(const Topology& topology, int chips_a_group) {
  const int groups = topology.chips() / chips_a_group;
  int least = std::numeric_limits<int>::max();
  for (int first = 0; first < groups; ++first) {
    const auto in_half = [&](const LinkEnd& end) {
      return (end.chip / chips_a_group - first + groups) % groups < groups / 2;
    };
    const auto across = std::count_if(topology.cables().begin(), topology.cables().end(),
                                      [&](const Cable& c) { return in_half(c.a) != in_half(c.b); });
    least = std::min(least, static_cast<int>(across));
  }
  return least;
}

int cables_of_bisection(const SystemSpec& spec, const Topology& topology) {
  if (topology.chips() < 2) {
    return 0;
  }
  if (topology.chips() <= kNodeChips) {
    return least_of_all_cuts(topology);
  }
  return least_of_cuts_in_a_row(topology, spec.topology == TopologyKind::kGraph ? 1 : kNodeChips);
}

/// Links of the chip that has the fewest: to other nodes if there are any.
int least_injecting_links(const SystemSpec& spec, const Topology& topology) {
  const bool nodes = spec.topology != TopologyKind::kGraph && topology.chips() > kNodeChips;
  std::vector<int> links(static_cast<std::size_t>(topology.chips()));
  for (const Cable& cable : topology.cables()) {
    if (!nodes || cable.a.chip / kNodeChips != cable.b.chip / kNodeChips) {
      ++links[static_cast<std::size_t>(cable.a.chip)];
      ++links[static_cast<std::size_t>(cable.b.chip)];
    }
  }
  links.erase(std::remove(links.begin(), links.end(), 0), links.end());  // out of order
  return links.empty() ? 0 : *std::min_element(links.begin(), links.end());
}

std::vector<std::vector<int>> neighbours(const Topology& topology) {
  std::vector<std::vector<int>> of(static_cast<std::size_t>(topology.chips()));
  for (const Cable& cable : topology.cables()) {
    of[static_cast<std::size_t>(cable.a.chip)].push_back(cable.b.chip);
    of[static_cast<std::size_t>(cable.b.chip)].push_back(cable.a.chip);
  }
  for (auto& chips : of) {
    std::sort(chips.begin(), chips.end());
    chips.erase(std::unique(chips.begin(), chips.end()), chips.end());
  }
  return of;
}

/// Breadth first from every chip, 64 of them at a time: a bit each.
void count_hops(const Topology& topology, TopologyFacts& f) {
  constexpr int kAtOnce = 64;
  const auto next_to = neighbours(topology);
  std::int64_t sum = 0;
  std::int64_t pairs = 0;
  for (int first = 0; first < f.chips; first += kAtOnce) {
    std::vector<std::uint64_t> reached(next_to.size());
    for (int i = first; i < std::min(first + kAtOnce, f.chips); ++i) {
      reached[static_cast<std::size_t>(i)] = std::uint64_t{1} << (i - first);
    }
    std::vector<std::uint64_t> newest = reached;
    for (int hops = 1, found = 1; found > 0; ++hops) {
      found = 0;
      std::vector<std::uint64_t> come(next_to.size());
      for (std::size_t chip = 0; chip < next_to.size(); ++chip) {
        for (const int other : next_to[chip]) {
          come[chip] |= newest[static_cast<std::size_t>(other)];
        }
        come[chip] &= ~reached[chip];
        found += std::popcount(come[chip]);
      }
      for (std::size_t chip = 0; chip < next_to.size(); ++chip) {
        reached[chip] |= come[chip];
      }
      newest = std::move(come);
      sum += std::int64_t{hops} * found;
      pairs += found;
      f.diameter = found > 0 ? std::max(f.diameter, hops) : f.diameter;
    }
  }
  if (pairs > 0) {
    f.mean_hops = static_cast<double>(sum) / static_cast<double>(pairs);
  }
}

}  // namespace

TopologyFacts facts(const SystemSpec& spec, const Topology& topology) {
  constexpr double kGbitsAGbyte = 8.0;
  TopologyFacts f;
  f.chips = topology.chips();
  f.links = static_cast<int>(topology.cables().size());
  count_hops(topology, f);
  f.link_gbytes_per_second = static_cast<double>(spec.chip.vector_bytes() * spec.chip.clock_mhz) /
                             (1000.0 * static_cast<double>(spec.chip.c2c_pace));
  f.bisection_gbytes_per_second = cables_of_bisection(spec, topology) * f.link_gbytes_per_second;
  const int links = least_injecting_links(spec, topology);
  f.injection_payload_gbytes_per_second = links * f.link_gbytes_per_second;
  f.injection_gbytes_per_second =
      links * SystemSpec::kLanesPerLink * static_cast<double>(spec.lane_gbits) / kGbitsAGbyte;
  f.hop_cycles = spec.chip.c2c_send_latency + topology.least_flight().value_or(spec.flight).value +
                 spec.chip.c2c_receive_latency;
  return f;
}

}  // namespace lpu::fabric
