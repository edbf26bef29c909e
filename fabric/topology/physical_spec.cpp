// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/physical_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace lpu::fabric {
namespace {

constexpr std::int64_t kEpoch = 252;
constexpr std::int64_t kMaxPpm = 1'000;
constexpr std::int64_t kMaxDrift = 10'000;
constexpr std::int64_t kMaxCycles = 1'000'000'000;

/// One section of the file. Every key of it has to be there, as `{ value, source }`.
class Section {
 public:
  Section(const toml::table& table, std::string name, const AddFault& fault)
      : table_(table), name_(std::move(name)), fault_(fault) {}

  void known(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, node] : table_) {
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end()) {
        fault(key.source(), fmt::format("unknown key '{}.{}'", name_, key.str()));
      }
    }
  }
  [[nodiscard]] Sourced<std::int64_t> integer(std::string_view key, std::int64_t least,
                                              std::int64_t most) const {
    const toml::table* entry = find(key);
    const auto value =
        entry == nullptr ? std::nullopt : (*entry)["value"].value_exact<std::int64_t>();
    if (entry != nullptr && (!value || *value < least || *value > most)) {
      fault(entry->source(),
            fmt::format("'{}.{}' needs an integer of {} to {}", name_, key, least, most));
    }
    return {value.value_or(least), source(key, entry)};
  }
  [[nodiscard]] Sourced<double> number(std::string_view key) const {
    const toml::table* entry = find(key);
    const auto value = entry == nullptr ? std::nullopt : (*entry)["value"].value<double>();
    if (entry != nullptr && !(value && *value >= 0 && *value <= kMaxCycles)) {
      fault(entry->source(),
            fmt::format("'{}.{}' needs a number of 0 to {}", name_, key, kMaxCycles));
    }
    return {value.value_or(0), source(key, entry)};
  }
  void refuse(const std::string& reason) const { fault(table_.source(), reason); }

 private:
  void fault(const toml::source_region& at, const std::string& reason) const {
    fault_(static_cast<int>(at.begin.line), reason);
  }
  const toml::table* find(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) {
      fault(table_.source(), fmt::format("missing key '{}.{}'", name_, key));
    } else if (!node->is_table()) {
      fault(node->source(), fmt::format("'{}.{}' needs {{ value, source }}", name_, key));
    }
    return node == nullptr ? nullptr : node->as_table();
  }
  std::string source(std::string_view key, const toml::table* entry) const {
    if (entry == nullptr) {
      return {};
    }
    for (const auto& [inner, node] : *entry) {
      if (inner.str() != "value" && inner.str() != "source") {
        fault(inner.source(), fmt::format("unknown key '{}.{}.{}'", name_, key, inner.str()));
      }
    }
    auto source = (*entry)["source"].value_exact<std::string>().value_or("");
    if (source != "P" && source != "S" && source != "U" && source != "C") {
      fault(entry->source(), fmt::format("'{}.{}' needs a source: P, S, U or C", name_, key));
    }
    return source;
  }

  const toml::table& table_;
  std::string name_;
  const AddFault& fault_;
};

/// The table `key`, if it is there; nullptr otherwise, with a fault if it is something else.
const toml::table* section(const toml::table* parent, std::string_view key, std::string_view name,
                           const AddFault& fault) {
  const toml::node* node = parent == nullptr ? nullptr : parent->get(key);
  if (node != nullptr && !node->is_table()) {
    fault(static_cast<int>(node->source().begin.line), fmt::format("'{}' must be a section", name));
  }
  return node == nullptr ? nullptr : node->as_table();
}

std::optional<PhysicalSpec::Clock> read_clock(const toml::table& system, const AddFault& fault) {
  const toml::table* table = section(&system, "clock", "clock", fault);
  if (table == nullptr) {
    return std::nullopt;
  }
  const Section clock(*table, "clock", fault);
  clock.known({"ppm", "drift", "deskew"});
  PhysicalSpec::Clock result{clock.integer("ppm", 0, kMaxPpm), clock.integer("drift", 0, kMaxDrift),
                             std::nullopt};
  if (const toml::table* inner = section(table, "deskew", "clock.deskew", fault)) {
    const Section deskew(*inner, "clock.deskew", fault);
    deskew.known({"interval", "stall"});
    const auto interval = deskew.integer("interval", kEpoch, kMaxCycles);
    const auto stall = deskew.integer("stall", 1, kMaxCycles);
    // A counter moves by one an epoch at most: what a stall may have to make up for.
    const std::int64_t least = interval.value / kEpoch + 2;
    if (interval.value % kEpoch != 0 || stall.value < least || stall.value >= interval.value) {
      deskew.refuse(
          fmt::format("'clock.deskew': an interval is whole epochs of {} cycles, its "
                      "stall {} to {} cycles",
                      kEpoch, least, interval.value - 1));
    }
    result.deskew = PhysicalSpec::Deskew{interval, stall};
  }
  return result;
}

std::optional<PhysicalSpec::Spread> read_spread(const toml::table* link, std::int64_t flight,
                                                const AddFault& fault) {
  const toml::table* table = section(link, "spread", "link.spread", fault);
  if (table == nullptr) {
    return std::nullopt;
  }
  const Section spread(*table, "link.spread", fault);
  spread.known({"least", "most", "mean", "deviation"});
  PhysicalSpec::Spread result{spread.integer("least", 1, kMaxCycles),
                              spread.integer("most", 1, kMaxCycles), spread.number("mean"),
                              spread.number("deviation")};
  const auto least = static_cast<double>(result.least.value);
  const auto most = static_cast<double>(result.most.value);
  const double below = result.mean.value - least;
  const double above = most - result.mean.value;
  // With one of n cycles' trials a variance of below x above / n, all together n times that.
  const double narrowest = below * above / std::max(most - least, 1.0);
  const double variance = result.deviation.value * result.deviation.value;
  if (below <= 0 || above <= 0 || variance <= narrowest || variance >= below * above) {
    spread.refuse(fmt::format(
        "'link.spread': no flight time of {} to {} cycles has mean {} and deviation {}",
        result.least.value, result.most.value, result.mean.value, result.deviation.value));
  }
  if (result.most.value > flight) {
    spread.refuse(fmt::format("'link.spread': a flight may take {} cycles, the schedule counts {}",
                              result.most.value, flight));
  }
  return result;
}

template <typename T>
std::string line(std::string_view key, const Sourced<T>& value) {
  return fmt::format("{} = {{ value = {}, source = \"{}\" }}\n", key, value.value, value.source);
}

}  // namespace

PhysicalSpec read_physical(const toml::table& system, std::int64_t flight, const AddFault& fault) {
  PhysicalSpec spec;
  const toml::table* link = system["link"].as_table();
  spec.clock = read_clock(system, fault);
  spec.spread = read_spread(link, flight, fault);
  if (const toml::table* table = section(link, "fifo", "link.fifo", fault)) {
    const Section fifo(*table, "link.fifo", fault);
    fifo.known({"depth"});
    spec.fifo = PhysicalSpec::Fifo{fifo.integer("depth", 1, kMaxCycles)};
  }
  if (const toml::table* table = section(link, "errors", "link.errors", fault)) {
    const Section errors(*table, "link.errors", fault);
    errors.known({"interval", "burst"});
    spec.errors = PhysicalSpec::Errors{errors.integer("interval", 100, 1'000'000'000'000'000'000),
                                       errors.integer("burst", 1, 64)};
  }
  return spec;
}

std::string print_physical(const PhysicalSpec& spec) {
  std::string text;
  if (spec.spread) {
    text += "\n[link.spread]\n" + line("least", spec.spread->least) +
            line("most", spec.spread->most) + line("mean", spec.spread->mean) +
            line("deviation", spec.spread->deviation);
  }
  if (spec.fifo) {
    text += "\n[link.fifo]\n" + line("depth", spec.fifo->depth);
  }
  if (spec.errors) {
    text += "\n[link.errors]\n" + line("interval", spec.errors->interval) +
            line("burst", spec.errors->burst);
  }
  if (spec.clock) {
    text += "\n[clock]\n" + line("ppm", spec.clock->ppm) + line("drift", spec.clock->drift);
    if (spec.clock->deskew) {
      text += "\n[clock.deskew]\n" + line("interval", spec.clock->deskew->interval) +
              line("stall", spec.clock->deskew->stall);
    }
  }
  return text;
}

}  // namespace lpu::fabric
