// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <toml++/toml.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isa/error/input_errors.h"

namespace lpu::study {

/// A parameter as it stands in a file: `key = { value = 1.0, source = "P", from = "data sheet" }`.
/// P the maker's or a paper's, S a system paper or someone's measurement, C a choice of ours.
struct Sourced {
  double value{0};
  std::string source;
  std::string from;
};

struct SourcedField {
  std::string_view key;
  Sourced* into;
  bool may_be_absent{false};
};

/// Fills every field from `table`. Adds a fault to `errors` for each that is missing, is not above
/// zero or does not say where it is from, and for keys that are neither a field nor in `others`.
void read_sourced(const toml::table& table, const std::string& path,
                  std::span<const SourcedField> fields, std::span<const std::string_view> others,
                  std::vector<isa::InputError>& errors);

/// Throws isa::InputErrors with all of them in the order of their lines, if there are any.
void throw_if_any(std::vector<isa::InputError> errors);

}  // namespace lpu::study
