// SPDX-License-Identifier: Apache-2.0
#include "study/groups/groups.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace lpu::study {
namespace {

constexpr double kHalved = 1.8;
constexpr double kSame = 0.1;

Doubling doubling(const Tried& from, const Tried& to) {
  Doubling d{&from, &to, 0.0, 0.0, {}};
  for (const OperatorKind kind : kOperatorKinds) {
    const Change change{kind, layer_us(from, kind), layer_us(to, kind)};
    d.before += change.before;
    d.after += change.after;
    if (change.before > 0.0 && change.after > 0.0) {
      d.changes.push_back(change);
    }
  }
  return d;
}

/// "Halves: matrices 10.2 to 5.3 (1.92). "; nothing, if nothing does.
std::string sentence(const Doubling& d, Fate fate) {
  std::vector<std::string> list;
  for (const Change& c : d.changes) {
    if (fate_of(c) == fate) {
      list.push_back(fmt::format("{} {:.2f} to {:.2f} ({:.2f})", text_of(c.kind), c.before, c.after,
                                 c.ratio()));
    }
  }
  return list.empty() ? "" : fmt::format(" {}: {}.", text_of(fate), fmt::join(list, ", "));
}

/// Microseconds of what does not halve.
double unhalved(const std::vector<Change>& changes, double Change::*time) {
  double us = 0.0;
  for (const Change& c : changes) {
    us += fate_of(c) == Fate::kHalves ? 0.0 : c.*time;
  }
  return us;
}

}  // namespace

Fate fate_of(const Change& change) {
  const double ratio = change.ratio();
  return ratio >= kHalved              ? Fate::kHalves
         : ratio >= 1.0 + kSame        ? Fate::kShrinks
         : ratio > 1.0 / (1.0 + kSame) ? Fate::kStays
                                       : Fate::kGrows;
}

std::string_view text_of(Fate fate) {
  constexpr std::array<std::string_view, 4> kWords{"Halves", "Shrinks by less", "Stays", "Grows"};
  return kWords.at(static_cast<std::size_t>(fate));
}

double Doubling::unhalved_before() const { return unhalved(changes, &Change::before) / before; }

double Doubling::unhalved_after() const { return unhalved(changes, &Change::after) / after; }

std::vector<Doubling> doublings_of(const std::vector<Tried>& groups) {
  std::vector<Doubling> all;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    const Tried& from = groups[i - 1];
    const Tried& to = groups[i];
    if (to.chips == 2 * from.chips && from.token->ran() && to.token->ran()) {
      all.push_back(doubling(from, to));
    }
  }
  return all;
}

std::string words_of(const Doubling& d) {
  std::string words =
      fmt::format("On {} chips instead of {} a layer takes {:.2f} us instead of {:.2f} ({:.2f}).",
                  d.to->chips, d.from->chips, d.after, d.before, d.before / d.after);
  for (const Fate fate : {Fate::kHalves, Fate::kShrinks, Fate::kStays, Fate::kGrows}) {
    words += sentence(d, fate);
  }
  return words + fmt::format(" What does not halve was {:.0f} % of a layer and is {:.0f} %.",
                             100.0 * d.unhalved_before(), 100.0 * d.unhalved_after());
}

double layer_us(const Tried& tried, OperatorKind kind) {
  return static_cast<double>(layer_cycles_of(*tried.token, kind)) /
         static_cast<double>(tried.config.num_hidden_layers) /
         static_cast<double>(tried.chip.clock_mhz);
}

std::string_view division_of(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::kMatrix:
      return "every chip installs its share of the weights";
    case OperatorKind::kAttention:
      return "every chip has its heads; what one head waits for stays";
    case OperatorKind::kAllReduce:
      return "is there for the group's sake: flights do not become shorter";
    case OperatorKind::kNorm:
      return "every chip does the whole";
    case OperatorKind::kHandOver:
      return "not within a group: between stages";
    case OperatorKind::kOther:
      return "every chip has its share, a few vectors: latency";
  }
  return "";
}

}  // namespace lpu::study
