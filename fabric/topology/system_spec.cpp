// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/system_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "isa/error/input_errors.h"
#include "isa/spec/toml_file.h"

namespace lpu::fabric {
namespace {

constexpr std::int64_t kMaxFlight = 1'000'000;
constexpr std::array<std::string_view, 3> kNotModelledYet{"dragonfly", "quadfour", "ring"};

/// Every fault of the file, and those of the chip file that it names.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}

  void add(int line, const std::string& reason) { errors_.emplace_back(file_, line, reason); }
  void add(const toml::node& at, const std::string& reason) {
    add(static_cast<int>(at.source().begin.line), reason);
  }
  void add(const isa::InputErrors& others) {
    errors_.insert(errors_.end(), others.errors().begin(), others.errors().end());
  }

  void throw_if_any() {
    if (!errors_.empty()) {
      // The file's own faults in the order of its lines; the chip file's came last and stay so.
      const auto others = std::find_if(errors_.begin(), errors_.end(),
                                       [this](const auto& e) { return e.file() != file_; });
      std::stable_sort(errors_.begin(), others,
                       [](const auto& a, const auto& b) { return a.line() < b.line(); });
      throw isa::InputErrors(std::move(errors_));
    }
  }

 private:
  std::string file_;
  std::vector<isa::InputError> errors_;
};

void refuse_unknown(const toml::table& table, std::string_view section,
                    std::initializer_list<std::string_view> known, Faults& faults) {
  for (const auto& [key, node] : table) {
    if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
      faults.add(static_cast<int>(key.source().begin.line),
                 fmt::format("unknown key '{}{}'", section, key.str()));
    }
  }
}

template <typename T>
std::optional<T> take(const toml::table& table, std::string_view key, std::string_view kind,
                      Faults& faults) {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    faults.add(0, fmt::format("missing key '{}'", key));
    return std::nullopt;
  }
  auto value = node->value_exact<T>();
  if (!value) {
    faults.add(*node, fmt::format("'{}' must be {}", key, kind));
  }
  return value;
}

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

void take_topology(const toml::table& table, SystemSpec& spec, Faults& faults) {
  const auto name = take<std::string>(table, "topology", "a string", faults);
  if (!name || *name == "node") {
    return;
  }
  const bool later =
      std::find(kNotModelledYet.begin(), kNotModelledYet.end(), *name) != kNotModelledYet.end();
  faults.add(*table.get("topology"), fmt::format("topology '{}' is {}; modelled: node", *name,
                                                 later ? "not modelled yet" : "unknown"));
  spec.topology = TopologyKind::kNode;
}

void take_chips(const toml::table& table, SystemSpec& spec, Faults& faults) {
  const auto chips = take<std::int64_t>(table, "chips", "an integer", faults);
  if (!chips) {
    return;
  }
  const bool node = table["topology"].value_or(std::string_view{"node"}) == "node";
  if (*chips < 1 || (node && *chips > Topology::kNodeChips)) {
    faults.add(*table.get("chips"),
               fmt::format("a node has 1 to {} chips, not {}", Topology::kNodeChips, *chips));
    return;
  }
  // A larger number belongs to a topology that is refused by name.
  spec.chips = static_cast<int>(std::min<std::int64_t>(*chips, Topology::kNodeChips));
}

void take_flight(const toml::table& table, SystemSpec& spec, Faults& faults) {
  const toml::table* link = table["link"].as_table();
  const toml::table* flight = link == nullptr ? nullptr : (*link)["flight"].as_table();
  if (flight == nullptr) {
    faults.add(0, "missing key 'link.flight'");
    return;
  }
  refuse_unknown(*link, "link.", {"flight", "spread", "fifo", "errors"}, faults);
  refuse_unknown(*flight, "link.flight.", {"value", "source"}, faults);
  const auto value = (*flight)["value"].value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > kMaxFlight) {
    faults.add(*flight, fmt::format("'link.flight' needs a value of 1 to {} cycles", kMaxFlight));
  }
  const auto source = (*flight)["source"].value_exact<std::string>().value_or("");
  if (source != "P" && source != "S" && source != "U" && source != "C") {
    faults.add(*flight, "'link.flight' needs a source: P, S, U or C");
  }
  spec.flight = {value.value_or(1)};
  spec.flight_source = source;
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

SystemSpec read_system_spec(const std::string& path) {
  const toml::table table = isa::read_toml(path);
  SystemSpec spec;
  Faults faults(path);
  refuse_unknown(table, "", {"name", "chip_file", "chips", "topology", "link", "clock"}, faults);
  take_name(table, spec, faults);
  take_topology(table, spec, faults);
  take_chips(table, spec, faults);
  take_flight(table, spec, faults);
  spec.physical =
      read_physical(table, spec.flight.value,
                    [&faults](int line, const std::string& reason) { faults.add(line, reason); });
  take_chip_file(table, path, spec, faults);
  faults.throw_if_any();
  return spec;
}

std::string print_system_spec(const SystemSpec& spec) {
  return fmt::format(
      "name = \"{}\"\nchip_file = \"{}\"\nchips = {}\ntopology = \"node\"\n\n[link]\n"
      "flight = {{ value = {}, source = \"{}\" }}  # cycles, edge of one chip to edge of the "
      "other\n{}\n{}",
      spec.name, spec.chip_file, spec.chips, spec.flight.value, spec.flight_source,
      print_physical(spec.physical), isa::print_chip_spec(spec.chip));
}

}  // namespace lpu::fabric
