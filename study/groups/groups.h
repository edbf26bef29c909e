// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "study/claims/evidence.h"
#include "study/runs/operators.h"

namespace lpu::study {

/// Microseconds that work takes of a layer, before and after the group was doubled.
struct Change {
  OperatorKind kind{OperatorKind::kOther};
  double before{0};
  double after{0};

  [[nodiscard]] double ratio() const { return before / after; }
};

/// What became of work on twice the chips. Choices: it halves, if it takes at most 1 / 1.8 of the
/// time; it stays, if the time differs by less than a tenth.
enum class Fate { kHalves, kShrinks, kStays, kGrows };
[[nodiscard]] Fate fate_of(const Change& change);
[[nodiscard]] std::string_view text_of(Fate fate);

/// A tensor parallel group of `from` and one of twice the chips, with the same layers.
struct Doubling {
  const Tried* from{nullptr};
  const Tried* to{nullptr};
  double before{0};  // us of a layer
  double after{0};
  std::vector<Change> changes;  // of the kinds of work that there are

  /// Part of a layer, before and after, that did not halve.
  [[nodiscard]] double unhalved_before() const;
  [[nodiscard]] double unhalved_after() const;
};

/// Of groups by rising size: each beside the next, if that has twice the chips and both ran.
[[nodiscard]] std::vector<Doubling> doublings_of(const std::vector<Tried>& groups);

/// "On 4 chips instead of 2 a layer takes 12.1 us instead of 20.2 (1.67). Halves: ..."
[[nodiscard]] std::string words_of(const Doubling& doubling);

/// Microseconds of a layer, the mean of all, that work of this kind takes.
[[nodiscard]] double layer_us(const Tried& tried, OperatorKind kind);

/// How the chips of a group divide it.
[[nodiscard]] std::string_view division_of(OperatorKind kind);

}  // namespace lpu::study
