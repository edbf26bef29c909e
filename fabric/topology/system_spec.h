// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "fabric/topology/physical_spec.h"
#include "fabric/topology/topology.h"
#include "isa/spec/chip_spec.h"

namespace lpu::fabric {

/// One machine: which chips, how many, how wired. Every value of the file has to be there.
///
///     name = "node8"
///     chip_file = "../chips/lpu1.toml"   # relative to this file
///     chips = 8
///     topology = "node"
///     [link]
///     flight = { value = 217, source = "P" }   # cycles from one chip's edge to the other's
///
/// and what PhysicalSpec has.
struct SystemSpec {
  std::string name;
  std::string chip_file;
  isa::ChipSpec chip;
  int chips{0};
  TopologyKind topology{TopologyKind::kNode};
  isa::Cycles flight;
  std::string flight_source;  // P, S, U or C
  PhysicalSpec physical;
};

/// Reads a system file and the chip file it names. Throws InputErrors with every fault of both:
/// unknown, missing, untagged or impossible values, and topologies that are not modelled yet.
[[nodiscard]] SystemSpec read_system_spec(const std::string& path);

/// The complete resolved configuration, with the chip's, as TOML; values with their source tags.
[[nodiscard]] std::string print_system_spec(const SystemSpec& spec);

}  // namespace lpu::fabric
