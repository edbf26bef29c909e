// SPDX-License-Identifier: Apache-2.0
#include "study/claims/claim.h"

#include <fmt/format.h>

#include <algorithm>

namespace lpu::study {
namespace {

/// The quantity beside which a part's stands; nullptr where that is a number.
const Quantity* other_of(const Part& part, const Quantities& quantities) {
  const std::string& name = part.above.empty() ? part.below : part.above;
  return name.empty() ? nullptr : &quantities.at(name);
}

bool true_of(const Part& part, double value, const Quantity* other) {
  if (other != nullptr) {
    return part.above.empty() ? value < *other->value : value > *other->value;
  }
  return (!part.least || value >= *part.least) && (!part.most || value <= *part.most);
}

JudgedPart judge(const Part& part, const Quantities& quantities) {
  JudgedPart judged{&part, std::nullopt, "-", part.unshown};
  if (!part.unshown.empty()) {
    return judged;
  }
  const Quantity& quantity = quantities.at(part.quantity);
  const Quantity* other = other_of(part, quantities);
  if (!quantity.value || (other != nullptr && !other->value)) {
    judged.how = quantity.value ? other->how : quantity.how;
    return judged;
  }
  judged.holds = true_of(part, *quantity.value, other);
  judged.figure = text_of(quantity);
  judged.how = quantity.how;
  if (other != nullptr) {
    judged.figure += " against " + text_of(*other);
    judged.how += "; against: " + other->how;
  }
  return judged;
}

Verdict verdict_of(const std::vector<JudgedPart>& parts) {
  const auto count = [&](std::optional<bool> holds) {
    return std::count_if(parts.begin(), parts.end(),
                         [&](const JudgedPart& p) { return p.holds == holds; });
  };
  const auto all = static_cast<std::ptrdiff_t>(parts.size());
  const auto shown = all - count(std::nullopt);
  if (shown == 0) {
    return Verdict::kNotShown;
  }
  if (count(true) == 0) {
    return Verdict::kDoesNotHold;
  }
  return count(true) == all ? Verdict::kHolds : Verdict::kHoldsInPart;
}

}  // namespace

std::string_view text_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kHoldsInPart:
      return "holds in part";
    case Verdict::kDoesNotHold:
      return "does not hold";
    case Verdict::kNotShown:
      return "not shown";
  }
  return "";
}

Judged judge(const Claim& claim, const Quantities& quantities) {
  Judged judged;
  judged.claim = &claim;
  const auto add_command = [&](const std::string& name) {
    const std::string command = name.empty() ? "" : quantities.at(name).command;
    if (!command.empty() && std::find(judged.commands.begin(), judged.commands.end(), command) ==
                                judged.commands.end()) {
      judged.commands.push_back(command);
    }
  };
  for (const Part& part : claim.parts) {
    judged.parts.push_back(judge(part, quantities));
    add_command(part.quantity);
    add_command(part.above);
    add_command(part.below);
  }
  for (const std::string& name : claim.beside) {
    judged.beside.emplace_back(name, quantities.at(name));
    add_command(name);
  }
  judged.verdict = verdict_of(judged.parts);
  return judged;
}

}  // namespace lpu::study
