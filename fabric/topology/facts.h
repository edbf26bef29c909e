// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"

namespace lpu::fabric {

/// What the wiring of a system is good for. Rates are 10^9 bytes a second, one direction. Payload:
/// one vector every `c2c_pace` cycles a link. Wire: what the lanes carry, 4 x 25 Gb/s as published.
struct TopologyFacts {
  int chips{0};
  int links{0};                        // cables, each counted once
  int diameter{0};                     // most hops between two chips
  double mean_hops{0.0};               // over all ordered pairs of chips with a way
  double link_gbytes_per_second{0.0};  // payload
  /// Payload through the narrowest cut into two halves. Of up to eight chips every cut is tried. Of
  /// more, those that keep nodes whole (of a graph: chips) and take half of them, rounded down, in
  /// a row: exact for dragonflies, whose cuts between whole nodes are all alike, and for circles;
  /// for other wirings at least what the narrowest cut lets through.
  double bisection_gbytes_per_second{0.0};
  /// What one chip sends into the network, on the wire: over its links to other nodes, or in a
  /// single node and a graph over all its links. The least over the chips that have any.
  double injection_gbytes_per_second{0.0};
  double injection_payload_gbytes_per_second{0.0};
  std::int64_t hop_cycles{0};  // dispatch of a send to the vector on a stream, shortest cable
};

[[nodiscard]] TopologyFacts facts(const SystemSpec& spec, const Topology& topology);

}  // namespace lpu::fabric
