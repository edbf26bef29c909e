// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "study/claims/quantity.h"

namespace lpu::study {

/// A sentence that a figure makes true or false. Exactly one of the four relations, or a reason why
/// nothing here can show it.
struct Part {
  std::string says;
  std::string quantity;
  std::optional<double> least;  // the quantity is at least this
  std::optional<double> most;   // or at most; both: between them
  std::string above;            // another quantity, which this one exceeds
  std::string below;            // another quantity, which exceeds this one
  std::string unshown;
  int line{0};
};

struct Published {
  std::string figure;
  std::string from;
};

/// What is said of machines like this one, taken apart.
struct Claim {
  int number{0};
  std::string text;
  std::vector<Part> parts;
  std::vector<std::string> beside;  // quantities that are printed, not judged
  std::vector<Published> published;
};

/// holds: every part was shown and is true. does not hold: every part that was shown is false.
/// not shown: no part was. holds in part: anything else.
enum class Verdict { kHolds, kHoldsInPart, kDoesNotHold, kNotShown };
[[nodiscard]] std::string_view text_of(Verdict verdict);

struct JudgedPart {
  const Part* part{nullptr};
  std::optional<bool> holds;  // nothing: not shown
  std::string figure;         // "381 tokens/s", "3.8 against 100"
  std::string how;            // of the quantity, or why there is none
};
struct Judged {
  const Claim* claim{nullptr};
  Verdict verdict{Verdict::kNotShown};
  std::vector<JudgedPart> parts;
  std::vector<std::pair<std::string, Quantity>> beside;
  std::vector<std::string> commands;  // of all quantities, each once
};
/// Of quantities that `claim` names and that there are. The claim must outlive the result.
[[nodiscard]] Judged judge(const Claim& claim, const Quantities& quantities);

}  // namespace lpu::study
