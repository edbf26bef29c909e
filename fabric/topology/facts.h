// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"

namespace lpu::fabric {

/// What the wiring of a system is good for. Rates are payload in 10^9 bytes a second: one vector
/// every `c2c_pace` cycles a link and direction.
struct TopologyFacts {
  int chips{0};
  int links{0};           // cables, each counted once
  int diameter{0};        // most hops between two chips
  double mean_hops{0.0};  // over all ordered pairs of different chips
  double link_gbytes_per_second{0.0};
  /// The least that any cut into two halves lets through, in one direction.
  double bisection_gbytes_per_second{0.0};
  /// What one chip sends over all its connected links: the least over the chips.
  double injection_gbytes_per_second{0.0};
  std::int64_t hop_cycles{0};  // dispatch of a send to the vector on a stream of the receiver
};

[[nodiscard]] TopologyFacts facts(const SystemSpec& spec, const Topology& topology);

}  // namespace lpu::fabric
