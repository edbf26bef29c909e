// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "isa/error/input_errors.h"
#include "isa/spec/toml_file.h"
#include "study/accelerator/accelerator.h"

namespace lpu::study {
namespace {

struct Field {
  const char* key;
  double Accelerator::*value;
};
constexpr std::array<Field, 7> kFields{
    {{"memory_bytes", &Accelerator::memory_bytes},
     {"memory_bytes_per_second", &Accelerator::memory_bytes_per_second},
     {"operations_per_second_8", &Accelerator::operations_per_second_8},
     {"operations_per_second_16", &Accelerator::operations_per_second_16},
     {"link_bytes_per_second", &Accelerator::link_bytes_per_second},
     {"reduction_seconds", &Accelerator::reduction_seconds},
     {"watts", &Accelerator::watts}}};

int line_of(const toml::source_region& region) { return static_cast<int>(region.begin.line); }

bool known(std::string_view key) {
  return key == "name" || std::any_of(kFields.begin(), kFields.end(),
                                      [&](const Field& f) { return key == f.key; });
}

/// What is wrong with `{ value = ..., source = "P", from = "..." }`; nothing if it is right.
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

}  // namespace

Accelerator read_accelerator(const std::string& path) {
  const toml::table table = isa::read_toml(path);
  std::vector<isa::InputError> errors;
  Accelerator a;
  a.file = path;
  a.name = table["name"].value_exact<std::string>().value_or("");
  if (a.name.empty()) {
    errors.emplace_back(path, 0, "'name' must be a string");
  }
  for (const auto& [key, node] : table) {
    if (!known(key.str())) {
      errors.emplace_back(path, line_of(key.source()), fmt::format("unknown key '{}'", key.str()));
    }
  }
  for (const Field& field : kFields) {
    const toml::node* node = table.get(field.key);
    if (node == nullptr && field.value == &Accelerator::watts) {
      continue;  // not every maker says
    }
    const toml::table* entry = node == nullptr ? nullptr : node->as_table();
    if (entry == nullptr) {
      errors.emplace_back(path, node == nullptr ? 0 : line_of(node->source()),
                          fmt::format("'{}' must be a value with its source", field.key));
      continue;
    }
    const std::string fault = fault_of(*entry);
    if (!fault.empty()) {
      errors.emplace_back(path, line_of(entry->source()), fmt::format("'{}' {}", field.key, fault));
      continue;
    }
    a.*field.value = (*entry)["value"].value<double>().value_or(0.0);
  }
  if (!errors.empty()) {
    std::stable_sort(errors.begin(), errors.end(),
                     [](const auto& x, const auto& y) { return x.line() < y.line(); });
    throw isa::InputErrors(std::move(errors));
  }
  return a;
}

}  // namespace lpu::study
