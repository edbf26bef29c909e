// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/faults.h"

#include <fmt/format.h>

#include <algorithm>

namespace lpu::fabric {

void Faults::throw_if_any() {
  if (!errors_.empty()) {
    // The chip file's faults came last and stay so.
    const auto others = std::find_if(errors_.begin(), errors_.end(),
                                     [this](const auto& e) { return e.file() != file_; });
    std::stable_sort(errors_.begin(), others,
                     [](const auto& a, const auto& b) { return a.line() < b.line(); });
    throw isa::InputErrors(std::move(errors_));
  }
}

void refuse_unknown(const toml::table& table, std::string_view section,
                    std::initializer_list<std::string_view> known, Faults& faults) {
  for (const auto& [key, node] : table) {
    if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
      faults.add(static_cast<int>(key.source().begin.line),
                 fmt::format("unknown key '{}{}'", section, key.str()));
    }
  }
}

std::optional<Tagged> take_tagged(const toml::table& table, std::string_view section,
                                  std::string_view key, const Range& range, Faults& faults) {
  const std::string name = fmt::format("{}{}", section, key);
  const toml::table* entry = table[key].as_table();
  if (entry == nullptr) {
    faults.add(0, fmt::format("missing key '{}'", name));
    return std::nullopt;
  }
  refuse_unknown(*entry, name + ".", {"value", "source"}, faults);
  const auto value = (*entry)["value"].value_exact<std::int64_t>();
  const bool right = value && range.min <= *value && *value <= range.max;
  if (!right) {
    faults.add(*entry, fmt::format("'{}' needs a value of {} to {} {}", name, range.min, range.max,
                                   range.unit));
  }
  const auto source = (*entry)["source"].value_exact<std::string>().value_or("");
  if (source != "P" && source != "S" && source != "U" && source != "C") {
    faults.add(*entry, fmt::format("'{}' needs a source: P, S, U or C", name));
    return std::nullopt;
  }
  return right ? std::optional(Tagged{*value, source}) : std::nullopt;
}

}  // namespace lpu::fabric
