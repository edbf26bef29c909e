// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace lpu::study {

/// One figure of the study: from a run, or by arithmetic on inputs that are named.
struct Quantity {
  std::optional<double> value;
  std::string unit;
  std::string how;      // what was run, or the formula and its inputs; without a value, why not
  std::string command;  // that shows it, or what it is made of
};

/// All of them, by name. Every name is there in every study: what could not be had has no value.
using Quantities = std::map<std::string, Quantity>;

/// "381 tokens/s", "51.2 %", "4.53 us"; "-" without a value.
[[nodiscard]] std::string text_of(const Quantity& quantity);

}  // namespace lpu::study
