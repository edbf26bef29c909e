// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/outages.h"

#include <fmt/format.h>

#include <algorithm>

#include "fabric/topology/link_end.h"
#include "fabric/topology/outages_file.h"
#include "fabric/topology/reach.h"
#include "fabric/topology/wiring.h"

namespace lpu::fabric {
namespace {

template <typename T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// Numbers below `count`, of what is called `what`.
std::vector<int> take_numbers(const toml::table& section, std::string_view key,
                              std::string_view what, int count, Faults& faults) {
  std::vector<int> numbers;
  const toml::node* node = section.get(key);
  if (node == nullptr) {
    return numbers;
  }
  if (node->as_array() == nullptr) {
    faults.add(*node, fmt::format("'outages.{}' must be a list of numbers", key));
    return numbers;
  }
  for (const toml::node& entry : *node->as_array()) {
    const auto number = entry.value_exact<std::int64_t>();
    if (!number || *number < 0 || *number >= count) {
      faults.add(entry, fmt::format("'outages.{}': there are {} 0 to {}", key, what, count - 1));
    } else {
      numbers.push_back(static_cast<int>(*number));
    }
  }
  return numbers;
}

std::vector<LinkEnd> take_links(const toml::table& section, const SystemSpec& spec,
                                Faults& faults) {
  std::vector<LinkEnd> links;
  const toml::node* node = section.get("links");
  if (node == nullptr) {
    return links;
  }
  if (node->as_array() == nullptr) {
    faults.add(*node, "'outages.links' must be a list of \"CHIP.LINK\"");
    return links;
  }
  const std::vector<Cable> cables = spec.chips == 0 ? std::vector<Cable>{} : wire(spec);
  for (const toml::node& entry : *node->as_array()) {
    const auto end = parse_link_end(entry.value_exact<std::string>().value_or(""));
    const bool there = end && std::any_of(cables.begin(), cables.end(), [&](const Cable& c) {
                         return c.a == *end || c.b == *end;
                       });
    if (!there) {
      faults.add(entry, "'outages.links': an end of a cable is needed, for example \"3.6\"");
    } else {
      links.push_back(*end);
    }
  }
  return links;
}

}  // namespace

bool Outages::out(int chip) const {
  return contains(chips, chip) || contains(nodes, chip / kNodeChips);
}

bool Outages::out(const Cable& cable) const {
  return contains(links, cable.a) || contains(links, cable.b) || out(cable.a.chip) ||
         out(cable.b.chip);
}

void take_outages(const toml::table& table, SystemSpec& spec, Faults& faults) {
  const int nodes = (spec.chips + kNodeChips - 1) / kNodeChips;
  if (const toml::table* section = table["outages"].as_table(); section != nullptr) {
    refuse_unknown(*section, "outages.", {"links", "chips", "nodes"}, faults);
    Outages out;
    out.links = take_links(*section, spec, faults);
    out.chips = take_numbers(*section, "chips", "chips", spec.chips, faults);
    out.nodes = take_numbers(*section, "nodes", "nodes", nodes, faults);
    spec.outages = std::move(out);
  }
  if (const toml::table* section = table["spare"].as_table(); section != nullptr) {
    refuse_unknown(*section, "spare.", {"nodes"}, faults);
    if (auto spare = take_tagged(*section, "spare.", "nodes", {1, nodes - 1, "nodes"}, faults)) {
      spec.spare_nodes = static_cast<int>(spare->value);
      spec.spare_nodes_source = spare->source;
    }
  }
}

void need_ways_around(const toml::table& table, const SystemSpec& spec, Faults& faults) {
  if (spec.outages.empty()) {
    return;
  }
  std::vector<int> left;
  for (int chip = 0; chip < spec.chips; ++chip) {
    if (!spec.outages.out(chip)) {
      left.push_back(chip);
    }
  }
  const toml::node& section = *table.get("outages");
  if (left.empty()) {
    faults.add(section, "nothing is left of the system");
    return;
  }
  const std::vector<int> apart = unreached(left, wire(spec));
  if (!apart.empty()) {
    faults.add(section, fmt::format("no way is left from chip {} to {}", left.front(),
                                    fmt::join(apart, ", ")));
  }
}

std::string print_outages(const SystemSpec& spec) {
  std::string text;
  if (!spec.outages.empty()) {
    std::vector<std::string> links;
    for (const LinkEnd& end : spec.outages.links) {
      links.push_back(fmt::format("\"{}.{}\"", end.chip, end.link));
    }
    text += fmt::format("\n[outages]\nlinks = [{}]\nchips = [{}]\nnodes = [{}]\n",
                        fmt::join(links, ", "), fmt::join(spec.outages.chips, ", "),
                        fmt::join(spec.outages.nodes, ", "));
  }
  if (spec.spare_nodes > 0) {
    text += fmt::format("\n[spare]\nnodes = {{ value = {}, source = \"{}\" }}\n", spec.spare_nodes,
                        spec.spare_nodes_source);
  }
  return text;
}

}  // namespace lpu::fabric
