// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fabric/topology/cable.h"
#include "fabric/topology/outages.h"
#include "fabric/topology/physical_spec.h"
#include "isa/spec/chip_spec.h"

namespace lpu::fabric {

/// One machine: which chips, how many, how wired. Every value of the file has to be there, and none
/// that means nothing for its topology.
///
///     name = "rack72"
///     chip_file = "../chips/lpu1.toml"   # relative to this file
///     chips = 72
///     topology = "dragonfly"             # node, ring, dragonfly, racks, quadfour, graph
///     [link]
///     lane_gbits = { value = 25, source = "P" }      # of each of a link's four lanes
///     flight = { value = 217, source = "P" }         # cycles from one chip's edge to the other's
///     global_flight = { value = 226, source = "C" }  # between nodes, where there are several
///     rack_flight = { value = 262, source = "C" }    # between racks, where there are several
///
/// A graph lists its cables. `flight` is that of the link unless it says otherwise:
///
///     [[cable]]
///     ends = ["3.7", "4.2"]                          # link 7 of chip 3, link 2 of chip 4
///     flight = { value = 240, source = "C" }
///
/// and what PhysicalSpec and Outages have.
struct SystemSpec {
  std::string name;
  std::string chip_file;
  isa::ChipSpec chip;
  int chips{0};
  TopologyKind topology{TopologyKind::kNode};
  std::int64_t lane_gbits{0};
  std::string lane_gbits_source;  // P, S, U or C
  isa::Cycles flight;
  std::string flight_source;
  isa::Cycles global_flight;
  std::string global_flight_source;
  isa::Cycles rack_flight;
  std::string rack_flight_source;
  std::vector<Cable> cables;               // of a graph, by their first ends
  std::vector<std::string> cable_sources;  // of their flights; "" where it is the link's

  PhysicalSpec physical;
  Outages outages;
  int spare_nodes{0};  // that pipeline stages leave free as long as all work
  std::string spare_nodes_source;

  static constexpr int kLanesPerLink = 4;  // P
};

[[nodiscard]] std::string_view name_of(TopologyKind kind);

/// Reads a system file and the chip file it names. Throws InputErrors with every fault of both:
/// unknown, missing, untagged or impossible values; of a graph: links that chips do not have, links
/// used twice, cables from a chip to itself, chips that cannot be reached.
[[nodiscard]] SystemSpec read_system_spec(const std::string& path);

/// The complete resolved configuration, with the chip's, as TOML; values with their source tags.
[[nodiscard]] std::string print_system_spec(const SystemSpec& spec);

}  // namespace lpu::fabric
