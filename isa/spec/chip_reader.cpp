// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "isa/error/input_errors.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/toml_file.h"

namespace lpu::isa {

/// The text of configs/chips/lpu1.toml; the build makes it.
extern const char* const kPublishedChip;

namespace {

/// Reads one file; collects every fault before it gives up.
class Reader {
 public:
  Reader(const std::string& path, toml::table root) : path_(path), root_(std::move(root)) {}

  ChipSpec read() {
    reject_unknown();
    ChipSpec spec;
    for (const ChipField& f : chip_fields()) {
      read_field(f, spec);
    }
    // Limits of a value that could not be read would only repeat that fault.
    for (const SpecError& e : check(spec)) {
      if (const auto line = lines_.find(e.field); line != lines_.end()) {
        error(line->second, fmt::format("{}: {}", e.field, e.reason));
      }
    }
    if (!errors_.empty()) {
      std::stable_sort(errors_.begin(), errors_.end(),
                       [](const auto& a, const auto& b) { return a.line() < b.line(); });
      throw InputErrors(std::move(errors_));
    }
    return spec;
  }

 private:
  static int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }
  void error(int line, const std::string& reason) { errors_.emplace_back(path_, line, reason); }

  static bool known(std::string_view section) {
    return std::any_of(chip_fields().begin(), chip_fields().end(),
                       [&](const ChipField& f) { return f.section == section; });
  }
  static bool known(std::string_view section, std::string_view key) {
    return std::any_of(chip_fields().begin(), chip_fields().end(),
                       [&](const ChipField& f) { return f.section == section && f.key == key; });
  }

  void reject_unknown() {
    for (const auto& [section, node] : root_) {
      if (!known(section.str()) || !node.is_table()) {
        error(line_of(node), fmt::format("unknown section '{}'", section.str()));
        continue;
      }
      for (const auto& [key, value] : *node.as_table()) {
        if (!known(section.str(), key.str())) {
          error(line_of(value), fmt::format("unknown key '{}.{}'", section.str(), key.str()));
        }
      }
    }
  }

  void read_field(const ChipField& f, ChipSpec& spec) {
    const std::string name = fmt::format("{}.{}", f.section, f.key);
    spec.sources.emplace_back();
    const toml::node* node = root_[f.section][f.key].node();
    if (node == nullptr) {
      error(0, fmt::format("missing key '{}'", name));
      return;
    }
    const toml::table* entry = node->as_table();
    if (entry == nullptr) {
      error(line_of(*node),
            fmt::format("{}: expected {{ value = N, source = \"P|S|U|C\" }}", name));
      return;
    }
    const bool only_these = std::all_of(entry->begin(), entry->end(), [](const auto& kv) {
      return kv.first == "value" || kv.first == "source";
    });
    if (!only_these) {
      error(line_of(*node), fmt::format("{}: only value and source may stand here", name));
    }
    read_source(name, *entry, spec.sources.back());
    // Not value<int64_t>(): that would turn 1.0 and true into numbers.
    const auto* number = (*entry)["value"].as_integer();
    if (number == nullptr) {
      error(line_of(*node), fmt::format("{}: value must be an integer", name));
      return;
    }
    spec.*f.value = number->get();
    lines_[name] = line_of(*node);
  }

  void read_source(const std::string& name, const toml::table& entry, std::string& source) {
    source = entry["source"].value_or(std::string{});
    if (source != "P" && source != "S" && source != "U" && source != "C") {
      error(line_of(entry), fmt::format("{}: source must be one of P, S, U, C", name));
    }
  }

  std::string path_;
  toml::table root_;
  std::vector<InputError> errors_;
  std::map<std::string, int> lines_;
};

}  // namespace

ChipSpec read_chip_spec(const std::string& path) { return Reader(path, read_toml(path)).read(); }

ChipSpec published_chip() {
  const std::string name = "configs/chips/lpu1.toml";
  return Reader(name, parse_toml(kPublishedChip, name)).read();
}

}  // namespace lpu::isa
