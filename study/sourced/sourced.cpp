// SPDX-License-Identifier: Apache-2.0
#include "study/sourced/sourced.h"

#include <fmt/format.h>

#include <algorithm>

namespace lpu::study {
namespace {

int line_of(const toml::source_region& region) { return static_cast<int>(region.begin.line); }

/// What is wrong with an entry; nothing if it is right.
std::string fault_of(const toml::table& entry) {
  for (const auto& [key, node] : entry) {
    if (key != "value" && key != "source" && key != "from") {
      return fmt::format("has an unknown key '{}'", key.str());
    }
  }
  const auto source = entry["source"].value_exact<std::string>().value_or("");
  if (source != "P" && source != "S" && source != "C") {
    return "needs a source: P, S or C";
  }
  if (entry["from"].value_exact<std::string>().value_or("").empty()) {
    return "needs to say where it is from";
  }
  return entry["value"].value<double>().value_or(0.0) > 0.0 ? "" : "needs a value above zero";
}

bool known(std::string_view key, std::span<const SourcedField> fields,
           std::span<const std::string_view> others) {
  return std::find(others.begin(), others.end(), key) != others.end() ||
         std::any_of(fields.begin(), fields.end(),
                     [&](const SourcedField& f) { return f.key == key; });
}

void read_field(const toml::table& table, const std::string& path, const SourcedField& field,
                std::vector<isa::InputError>& errors) {
  const toml::node* node = table.get(field.key);
  if (node == nullptr && field.may_be_absent) {
    return;
  }
  const toml::table* entry = node == nullptr ? nullptr : node->as_table();
  if (entry == nullptr) {
    errors.emplace_back(path, node == nullptr ? 0 : line_of(node->source()),
                        fmt::format("'{}' must be a value with its source", field.key));
    return;
  }
  const std::string fault = fault_of(*entry);
  if (!fault.empty()) {
    errors.emplace_back(path, line_of(entry->source()), fmt::format("'{}' {}", field.key, fault));
    return;
  }
  *field.into = {(*entry)["value"].value<double>().value_or(0.0),
                 (*entry)["source"].value_or(std::string()),
                 (*entry)["from"].value_or(std::string())};
}

}  // namespace

void read_sourced(const toml::table& table, const std::string& path,
                  std::span<const SourcedField> fields, std::span<const std::string_view> others,
                  std::vector<isa::InputError>& errors) {
  for (const auto& [key, node] : table) {
    if (!known(key.str(), fields, others)) {
      errors.emplace_back(path, line_of(key.source()), fmt::format("unknown key '{}'", key.str()));
    }
  }
  for (const SourcedField& field : fields) {
    read_field(table, path, field, errors);
  }
}

void throw_if_any(std::vector<isa::InputError> errors) {
  if (!errors.empty()) {
    std::stable_sort(errors.begin(), errors.end(),
                     [](const auto& x, const auto& y) { return x.line() < y.line(); });
    throw isa::InputErrors(std::move(errors));
  }
}

}  // namespace lpu::study
