// SPDX-License-Identifier: Apache-2.0
#include "study/accelerator/measured.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "isa/error/input_errors.h"
#include "isa/spec/toml_file.h"

namespace lpu::study {
namespace {

constexpr std::array<std::string_view, 6> kKeys{"accelerator",       "devices",     "bits",
                                                "tokens_per_second", "memory_used", "from"};

std::string fault_of(const toml::table& entry, const Measured& m) {
  for (const auto& [key, node] : entry) {
    if (std::find(kKeys.begin(), kKeys.end(), key.str()) == kKeys.end()) {
      return fmt::format("unknown key '{}'", key.str());
    }
  }
  if (m.accelerator.empty() || m.from.empty()) {
    return "needs 'accelerator' and 'from'";
  }
  if (m.step.devices < 1 || (m.step.bits != 8 && m.step.bits != 16)) {
    return "needs 'devices' from 1 on and 'bits' of 8 or 16";
  }
  if ((m.tokens_per_second > 0.0) == (m.memory_used > 0.0)) {
    return "needs one of 'tokens_per_second' and 'memory_used'";
  }
  return "";
}

}  // namespace

MeasuredModel read_measured(const std::string& path) {
  const toml::table table = isa::read_toml(path);
  std::vector<isa::InputError> errors;
  MeasuredModel model;
  model.model = table["model"].value_exact<std::string>().value_or("");
  const toml::array* list = table["measured"].as_array();
  if (model.model.empty() || list == nullptr) {
    throw isa::InputErrors({{path, 0, "needs 'model' and a list of [[measured]]"}});
  }
  for (const toml::node& node : *list) {
    const int line = static_cast<int>(node.source().begin.line);
    const toml::table* entry = node.as_table();
    if (entry == nullptr) {
      errors.emplace_back(path, line, "must be a table");
      continue;
    }
    Measured m;
    m.accelerator = (*entry)["accelerator"].value_exact<std::string>().value_or("");
    m.step.devices = (*entry)["devices"].value<int>().value_or(0);
    m.step.bits = (*entry)["bits"].value<int>().value_or(0);
    m.tokens_per_second = (*entry)["tokens_per_second"].value<double>().value_or(0.0);
    m.memory_used = (*entry)["memory_used"].value<double>().value_or(0.0);
    m.from = (*entry)["from"].value_exact<std::string>().value_or("");
    const std::string fault = fault_of(*entry, m);
    if (!fault.empty()) {
      errors.emplace_back(path, line, fault);
    }
    model.measured.push_back(std::move(m));
  }
  if (!errors.empty()) {
    throw isa::InputErrors(std::move(errors));
  }
  return model;
}

}  // namespace lpu::study
