// SPDX-License-Identifier: Apache-2.0
#include "fabric/system/unit_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/wave/glob.h"

namespace lpu::fabric {

namespace {

/// What has a name in the floor plan: a MEM slice, the VXM, an MXM plane, an SXM, a link; and every
/// queue of the ICU.
std::vector<std::string> units_of(const isa::Geometry& geometry) {
  std::vector<std::string> units;
  for (int q = 0; q < geometry.queues(); ++q) {
    const std::string name = geometry.unit_name(q);
    if (units.empty() || units.back() != name) {
      units.push_back(name);
    }
  }
  for (int q = 0; q < geometry.queues(); ++q) {
    units.push_back("icu_" + geometry.name(q));
  }
  return units;
}

/// A pattern without a dot means chips as a whole, any other units.
bool matches(std::string_view pattern, std::string_view unit) {
  const bool whole = pattern.find('.') == std::string_view::npos;
  return whole == (unit.find('.') == std::string_view::npos) && traces::in_scope(pattern, unit);
}

/// The unit's name in its chip; nothing for a chip as a whole.
std::string_view in_chip(std::string_view unit) {
  const auto dot = unit.find('.');
  return dot == std::string_view::npos ? std::string_view() : unit.substr(dot + 1);
}

}  // namespace

UnitChoice parse_unit_choice(std::string_view text) {
  const auto equals = text.rfind('=');
  const auto value = equals == std::string_view::npos ? "" : text.substr(equals + 1);
  const std::string pattern(text.substr(0, equals));
  if (!pattern.empty() && value == "tlm") {
    return {pattern, tlm::Fidelity::kTlm};
  }
  if (!pattern.empty() && value == "rtl") {
    return {pattern, tlm::Fidelity::kRtl};
  }
  if (!pattern.empty() && value == "both") {
    return {pattern, tlm::Fidelity::kBoth};
  }
  throw UsageError(fmt::format("'{}': expected PATTERN=tlm, PATTERN=rtl or PATTERN=both", text));
}

UnitChoices::UnitChoices(const isa::Geometry& geometry, int chips, std::vector<UnitChoice> choices)
    : choices_(std::move(choices)) {
  for (int chip = 0; chip < chips && !choices_.empty(); ++chip) {
    units_.push_back(fmt::format("chip{}", chip));
    for (const std::string& unit : units_of(geometry)) {
      units_.push_back(fmt::format("chip{}.{}", chip, unit));
    }
  }
}

tlm::Fidelity UnitChoices::ask(int chip, std::string_view unit) {
  asked_.emplace(unit);
  return of(fmt::format("chip{}{}{}", chip, unit.empty() ? "" : ".", unit));
}

tlm::Fidelity UnitChoices::of(std::string_view unit) const {
  tlm::Fidelity fidelity = tlm::Fidelity::kTlm;
  for (const UnitChoice& choice : choices_) {
    if (matches(choice.pattern, unit)) {
      fidelity = choice.fidelity;
    }
  }
  return fidelity;
}

void UnitChoices::refuse_impossible() const {
  std::string text;
  for (const UnitChoice& choice : choices_) {
    const bool used = std::any_of(units_.begin(), units_.end(), [&](const std::string& unit) {
      return matches(choice.pattern, unit);
    });
    if (!used) {
      text += fmt::format("{}'{}' matches no unit", text.empty() ? "" : "\n", choice.pattern);
    }
  }
  for (const std::string& unit : units_) {
    if (of(unit) != tlm::Fidelity::kTlm && !asked_.contains(in_chip(unit))) {
      text += fmt::format("{}no RTL can take the place of {}", text.empty() ? "" : "\n", unit);
    }
  }
  if (!text.empty()) {
    throw UsageError(text);
  }
}

}  // namespace lpu::fabric
