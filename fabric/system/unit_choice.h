// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "isa/spec/geometry.h"
#include "tlm/common/values.h"

namespace lpu::fabric {

/// The caller asked for something that makes no sense for this system.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `chip0.mxm*=both`: what stands in the place of the units of that name, and of the units below
/// a name (traces::in_scope).
struct UnitChoice {
  std::string pattern;
  tlm::Fidelity fidelity{tlm::Fidelity::kTlm};
};

/// Throws UsageError for anything but PATTERN=tlm, =rtl or =both.
[[nodiscard]] UnitChoice parse_unit_choice(std::string_view text);

/// The choices of one system, the later ones over the earlier ones.
class UnitChoices {
 public:
  UnitChoices(const isa::Geometry& geometry, int chips, std::vector<UnitChoice> choices);

  /// For a chip that can put something else in the place of `unit`: what it is to be.
  [[nodiscard]] tlm::Fidelity ask(int chip, std::string_view unit);
  /// Throws UsageError, naming each pattern that matches no unit, and each unit chosen to be RTL
  /// that no chip has asked for: there is none. All chips of a system ask for the same units.
  void refuse_impossible() const;

 private:
  [[nodiscard]] tlm::Fidelity of(std::string_view unit) const;

  std::vector<UnitChoice> choices_;
  std::vector<std::string> units_;            // of all chips: chip0.mxm_e.plane1
  std::set<std::string, std::less<>> asked_;  // in their chip: mxm_e.plane1
};

}  // namespace lpu::fabric
