// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/graph_cables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "fabric/topology/link_end.h"
#include "fabric/topology/reach.h"

namespace lpu::fabric {
namespace {

/// Cables one by one: each must be possible, and none may take a link that another one has.
class CableList {
 public:
  CableList(SystemSpec& spec, Faults& faults) : spec_(spec), faults_(faults) {}

  void add(const toml::table& entry) {
    refuse_unknown(entry, "cable.", {"ends", "flight"}, faults_);
    std::optional<Tagged> flight;
    if (entry.contains("flight")) {
      flight = take_tagged(entry, "cable.", "flight", kFlightRange, faults_);
    }
    const toml::array* ends = entry["ends"].as_array();
    if (ends == nullptr || ends->size() != 2) {
      faults_.add(entry, "a cable needs two ends: ends = [\"0.1\", \"2.3\"]");
      return;
    }
    const auto a = end_of(*ends->get(0), entry);
    const auto b = end_of(*ends->get(1), entry);
    if (!a || !b) {
      return;
    }
    if (a->chip == b->chip) {
      faults_.add(entry, fmt::format("a cable from chip {} to itself", a->chip));
      return;
    }
    spec_.cables.push_back(
        {std::min(*a, *b), std::max(*a, *b), flight ? isa::Cycles{flight->value} : spec_.flight});
    spec_.cable_sources.push_back(flight ? flight->source : "");
  }

  /// By their first ends, with their sources.
  void sort() {
    std::vector<std::size_t> order(spec_.cables.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [this](std::size_t x, std::size_t y) {
      return spec_.cables[x].a < spec_.cables[y].a;
    });
    const auto cables = std::exchange(spec_.cables, {});
    const auto sources = std::exchange(spec_.cable_sources, {});
    for (const std::size_t i : order) {
      spec_.cables.push_back(cables[i]);
      spec_.cable_sources.push_back(sources[i]);
    }
  }

 private:
  std::optional<LinkEnd> end_of(const toml::node& node, const toml::table& entry) {
    const auto end = parse_link_end(node.value_exact<std::string>().value_or(""));
    if (!end) {
      faults_.add(entry, "an end of a cable is \"CHIP.LINK\", for example \"3.7\"");
      return std::nullopt;
    }
    if (end->chip < 0 || end->chip >= spec_.chips) {
      faults_.add(entry,
                  fmt::format("there is no chip {}: the system has {}", end->chip, spec_.chips));
      return std::nullopt;
    }
    // A chip whose file has faults has none.
    const auto links = static_cast<int>(spec_.chip.c2c_links);
    if (end->link < 0 || (links > 0 && end->link >= links)) {
      faults_.add(entry, fmt::format("chip {} has no link {}: links are 0 to {}", end->chip,
                                     end->link, links - 1));
      return std::nullopt;
    }
    const int line = static_cast<int>(entry.source().begin.line);
    const auto [used, is_new] = used_.emplace(*end, line);
    if (!is_new) {
      faults_.add(entry, fmt::format("link {} of chip {} has a cable already, in line {}",
                                     end->link, end->chip, used->second));
      return std::nullopt;
    }
    return end;
  }

  SystemSpec& spec_;
  Faults& faults_;
  std::map<LinkEnd, int> used_;  // in which line
};

}  // namespace

void take_cables(const toml::table& table, SystemSpec& spec, Faults& faults) {
  const toml::array* list = table["cable"].as_array();
  if (list == nullptr) {
    faults.add(0, "a graph needs a list of [[cable]]");
    return;
  }
  CableList cables(spec, faults);
  for (const toml::node& node : *list) {
    if (const toml::table* entry = node.as_table(); entry != nullptr) {
      cables.add(*entry);
    } else {
      faults.add(node, "a cable must be a table: [[cable]]");
    }
  }
  cables.sort();
  std::vector<int> chips(static_cast<std::size_t>(spec.chips));
  std::iota(chips.begin(), chips.end(), 0);
  const std::vector<int> apart = unreached(chips, spec.cables);
  if (!apart.empty()) {
    faults.add(*list, fmt::format("no way from chip 0 to {}", fmt::join(apart, ", ")));
  }
}

}  // namespace lpu::fabric
