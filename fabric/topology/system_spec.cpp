// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/system_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "fabric/topology/faults.h"
#include "fabric/topology/graph_cables.h"
#include "fabric/topology/outages_file.h"

namespace lpu::fabric {
namespace {

/// What may be said of the number of chips of a topology.
struct Kind {
  TopologyKind kind;
  std::string_view name;
  std::int64_t step;  // chips come in so many
  std::int64_t min;   // steps
  std::int64_t max;
  std::string_view what;
};
constexpr std::int64_t kMaxChips = std::int64_t{kNodeChips} * kRackNodes * kMaxRacks;
constexpr std::array<Kind, 6> kKinds{
    {{TopologyKind::kNode, "node", 1, 1, kNodeChips, "a node has 1 to 8 chips"},
     {TopologyKind::kRing, "ring", 1, 2, kNodeChips, "a ring has 2 to 8 chips"},
     {TopologyKind::kDragonfly, "dragonfly", kNodeChips, 2, kMaxNodes,
      "a dragonfly has 2 to 33 nodes of 8 chips"},
     {TopologyKind::kRacks, "racks", kNodeChips* kRackNodes, 2, kMaxRacks,
      "racks are 2 to 145, of 72 chips each"},
     {TopologyKind::kQuadfour, "quadfour", kNodeChips, 5, kMaxChips / kNodeChips,
      "a quadfour has 5 to 1305 nodes of 8 chips"},
     {TopologyKind::kGraph, "graph", 1, 1, kMaxChips, "a graph has 1 to 10440 chips"}}};

const Kind& kind_of(TopologyKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [kind](const Kind& k) { return k.kind == kind; });
}

bool has_nodes(TopologyKind kind) {
  return kind == TopologyKind::kDragonfly || kind == TopologyKind::kRacks ||
         kind == TopologyKind::kQuadfour;
}

/// A value of the section [link], and for which topologies it means something.
struct LinkValue {
  std::string_view key;
  Range range;
  void (*set)(SystemSpec& spec, Tagged&& value);
  std::string (*print)(const SystemSpec& spec);
  bool (*needed)(TopologyKind kind);
  std::string_view comment;
};

template <auto Value, auto Source>
void set_flight(SystemSpec& spec, Tagged&& value) {
  spec.*Value = {value.value};
  spec.*Source = std::move(value.source);
}
template <auto Value, auto Source>
std::string print_flight(const SystemSpec& spec) {
  return fmt::format("{{ value = {}, source = \"{}\" }}", (spec.*Value).value, spec.*Source);
}
void set_lanes(SystemSpec& spec, Tagged&& value) {
  spec.lane_gbits = value.value;
  spec.lane_gbits_source = std::move(value.source);
}
std::string print_lanes(const SystemSpec& spec) {
  return fmt::format("{{ value = {}, source = \"{}\" }}", spec.lane_gbits, spec.lane_gbits_source);
}
bool always(TopologyKind /*kind*/) { return true; }
bool of_racks(TopologyKind kind) { return kind == TopologyKind::kRacks; }

const std::array<LinkValue, 4> kLinkValues{
    {{"lane_gbits", {1, 1000, "Gb/s"}, set_lanes, print_lanes, always, "each of four lanes"},
     {"flight", kFlightRange, set_flight<&SystemSpec::flight, &SystemSpec::flight_source>,
      print_flight<&SystemSpec::flight, &SystemSpec::flight_source>, always,
      "cycles, edge of one chip to edge of the other"},
     {"global_flight", kFlightRange,
      set_flight<&SystemSpec::global_flight, &SystemSpec::global_flight_source>,
      print_flight<&SystemSpec::global_flight, &SystemSpec::global_flight_source>, has_nodes,
      "cycles, between nodes"},
     {"rack_flight", kFlightRange,
      set_flight<&SystemSpec::rack_flight, &SystemSpec::rack_flight_source>,
      print_flight<&SystemSpec::rack_flight, &SystemSpec::rack_flight_source>, of_racks,
      "cycles, between racks"}}};

// Of [link], which PhysicalSpec reads.
constexpr std::array<std::string_view, 3> kSections{"spread", "fifo", "errors"};

void take_name(const toml::table& table, SystemSpec& spec, Faults& faults) {
  const auto name = take<std::string>(table, "name", "a string", faults);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (name && (name->empty() || !std::all_of(name->begin(), name->end(), plain))) {
    faults.add(*table.get("name"), "'name' needs letters, digits, '-', '_' or '.'");
  }
  spec.name = name.value_or("");
}

/// Nothing if the rest cannot be judged by it.
std::optional<Kind> take_topology(const toml::table& table, SystemSpec& spec, Faults& faults) {
  const auto name = take<std::string>(table, "topology", "a string", faults);
  if (!name) {
    return std::nullopt;
  }
  const auto* kind =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.name == *name; });
  if (kind == kKinds.end()) {
    std::vector<std::string_view> names;
    names.reserve(kKinds.size());
    for (const Kind& k : kKinds) {
      names.push_back(k.name);
    }
    faults.add(*table.get("topology"), fmt::format("topology '{}' is unknown; there are {}", *name,
                                                   fmt::join(names, ", ")));
    return std::nullopt;
  }
  spec.topology = kind->kind;
  return *kind;
}

void take_chips(const toml::table& table, const std::optional<Kind>& kind, SystemSpec& spec,
                Faults& faults) {
  const auto chips = take<std::int64_t>(table, "chips", "an integer", faults);
  if (!chips || !kind) {
    return;
  }
  if (*chips % kind->step != 0 || *chips < kind->min * kind->step ||
      *chips > kind->max * kind->step) {
    faults.add(*table.get("chips"), fmt::format("{}, not {} chips", kind->what, *chips));
    return;
  }
  spec.chips = static_cast<int>(*chips);
}

void take_link(const toml::table& table, const std::optional<Kind>& kind, SystemSpec& spec,
               Faults& faults) {
  const toml::table none;
  const toml::table* section = table["link"].as_table();
  const toml::table& link = section == nullptr ? none : *section;
  for (const auto& [key, node] : link) {
    const std::string_view name = key.str();
    const bool known =
        std::find(kSections.begin(), kSections.end(), name) != kSections.end() ||
        std::any_of(kLinkValues.begin(), kLinkValues.end(), [&](const LinkValue& value) {
          return value.key == name && (!kind || value.needed(kind->kind));
        });
    if (!known) {
      faults.add(static_cast<int>(key.source().begin.line),
                 fmt::format("unknown key 'link.{}'", name));
    }
  }
  for (const LinkValue& value : kLinkValues) {
    if (value.needed(spec.topology)) {
      if (auto taken = take_tagged(link, "link.", value.key, value.range, faults)) {
        value.set(spec, std::move(*taken));
      }
    }
  }
}

void take_chip_file(const toml::table& table, const std::string& path, SystemSpec& spec,
                    Faults& faults) {
  const auto file = take<std::string>(table, "chip_file", "a string", faults);
  if (!file) {
    return;
  }
  spec.chip_file = *file;
  const auto chip_path = std::filesystem::path(path).parent_path() / *file;
  try {
    spec.chip = isa::read_chip_spec(chip_path.lexically_normal().string());
  } catch (const isa::InputErrors& e) {
    faults.add(e);
  }
}

}  // namespace

std::string_view name_of(TopologyKind kind) { return kind_of(kind).name; }

SystemSpec read_system_spec(const std::string& path) {
  const toml::table table = isa::read_toml(path);
  SystemSpec spec;
  Faults faults(path);
  refuse_unknown(
      table, "",
      {"name", "chip_file", "chips", "topology", "link", "cable", "clock", "outages", "spare"},
      faults);
  take_name(table, spec, faults);
  const auto kind = take_topology(table, spec, faults);
  take_chips(table, kind, spec, faults);
  take_chip_file(table, path, spec, faults);
  take_link(table, kind, spec, faults);
  spec.physical =
      read_physical(table, spec.flight.value,
                    [&faults](int line, const std::string& reason) { faults.add(line, reason); });
  if (kind && kind->kind == TopologyKind::kGraph) {
    take_cables(table, spec, faults);
  } else if (const toml::node* cables = table.get("cable"); kind && cables != nullptr) {
    faults.add(*cables, fmt::format("a {} is wired by rule: no [[cable]]", kind->name));
  }
  take_outages(table, spec, faults);
  if (faults.empty()) {
    need_ways_around(table, spec, faults);
  }
  faults.throw_if_any();
  return spec;
}

std::string print_system_spec(const SystemSpec& spec) {
  std::string text =
      fmt::format("name = \"{}\"\nchip_file = \"{}\"\nchips = {}\ntopology = \"{}\"\n\n[link]\n",
                  spec.name, spec.chip_file, spec.chips, name_of(spec.topology));
  for (const LinkValue& value : kLinkValues) {
    if (value.needed(spec.topology)) {
      text += fmt::format("{} = {}  # {}\n", value.key, value.print(spec), value.comment);
    }
  }
  text += print_physical(spec.physical);
  text += print_outages(spec);
  for (std::size_t i = 0; i < spec.cables.size(); ++i) {
    const Cable& cable = spec.cables[i];
    text += fmt::format("\n[[cable]]\nends = [\"{}.{}\", \"{}.{}\"]\n", cable.a.chip, cable.a.link,
                        cable.b.chip, cable.b.link);
    if (!spec.cable_sources[i].empty()) {
      text += fmt::format("flight = {{ value = {}, source = \"{}\" }}\n", cable.flight.value,
                          spec.cable_sources[i]);
    }
  }
  text += '\n';
  text += isa::print_chip_spec(spec.chip);
  return text;
}

}  // namespace lpu::fabric
