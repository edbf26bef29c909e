// SPDX-License-Identifier: Apache-2.0
#include "fabric/clock/alignment.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace lpu::fabric {

Alignment::Alignment(SpanningTree tree, std::vector<Oscillator> oscillators, const Latency& latency,
                     Flight flight)
    : tree_(std::move(tree)), flight_(std::move(flight)) {
  std::vector<bool> in_tree(oscillators.size());
  for (const SpanningTree::Member& member : tree_.members) {
    latency_.push_back(member.level == 0 ? isa::Cycles{0} : latency(member));
    longest_ = std::max(longest_, latency_.back());
    in_tree[static_cast<std::size_t>(member.chip)] = true;
  }
  const Oscillator& first = oscillators.at(static_cast<std::size_t>(tree_.members[0].chip));
  for (const Oscillator& oscillator : oscillators) {
    // Every counter wakes up at 0; which epoch that is follows from the root's.
    const std::int64_t reached = first.first_edge_at(oscillator.config().origin);
    const std::int64_t epoch = (reached + Hac::kPeriod / 2) / Hac::kPeriod;
    Chip chip{oscillator, Hac(epoch * Hac::kPeriod), 0, epoch, {0}, 0, 0};
    if (!in_tree[chips_.size()]) {
      alone_.push_back(static_cast<int>(chips_.size()));
    }
    chips_.push_back(std::move(chip));
  }
  while (next_epoch(root()) <= settled() + 1) {
    step();
  }
  name_epochs();
}

/// A counter that began half an epoch off may have come nearer on either way.
void Alignment::name_epochs() {
  const isa::Instant begins = epoch(tree_.members[0].chip, settled());
  for (Chip& chip : chips_) {
    // The first epoch that does not begin before the middle of the root's one before.
    const std::int64_t edge = chip.oscillator.first_edge_at(begins);
    const auto nearest =
        std::lower_bound(chip.begins.begin(), chip.begins.end(), edge - Hac::kPeriod / 2);
    chip.named = settled() - (chip.first + (nearest - chip.begins.begin()));
  }
}

/// One more epoch of the root, and what follows from it on the other chips.
void Alignment::step() {
  run_to(root(), root().edge + Hac::kPeriod);
  for (const int chip : alone_) {
    Chip& by_itself = chips_[static_cast<std::size_t>(chip)];
    run_to(by_itself, by_itself.edge + Hac::kPeriod);
  }
  for (std::size_t i = 1; i < tree_.members.size(); ++i) {
    const SpanningTree::Member& member = tree_.members[i];
    Chip& child = chips_[static_cast<std::size_t>(member.chip)];
    const Chip& parent = chips_[static_cast<std::size_t>(member.parent.chip)];
    child.told = std::max(child.told, parent.first);
    for (; child.told < next_epoch(parent); ++child.told) {
      const std::int64_t sent = parent.begins[static_cast<std::size_t>(child.told - parent.first)];
      const isa::Instant arrives = parent.oscillator.edge(sent) + flight_(member, child.told);
      run_to(child, child.oscillator.first_edge_at(arrives));
      child.hac.hear(0, latency_[i].value);
    }
  }
}

void Alignment::run_to(Chip& chip, std::int64_t edge) {
  while (chip.edge < edge) {
    const std::int64_t next = next_epoch(chip) * Hac::kPeriod;
    // The counter gains at most one more than this, so it does not pass the end of the epoch.
    const std::int64_t cycles =
        std::clamp<std::int64_t>(next - chip.hac.count() - 1, 1, edge - chip.edge);
    chip.hac.advance(cycles);
    chip.edge += cycles;
    if (chip.hac.count() >= next) {
      chip.begins.push_back(chip.edge);
    }
  }
}

std::int64_t Alignment::edge_of_epoch(int chip, std::int64_t k) {
  const Chip& asked = chips_.at(static_cast<std::size_t>(chip));
  k -= asked.named;
  if (k < asked.first) {
    throw std::logic_error("alignment: an epoch that was forgotten, or is before power came on");
  }
  while (k >= next_epoch(asked)) {
    step();
  }
  return asked.begins[static_cast<std::size_t>(k - asked.first)];
}

void Alignment::forget(std::int64_t k) {
  for (Chip& chip : chips_) {
    while (chip.first + chip.named < k && chip.begins.size() > 1) {
      chip.begins.pop_front();
      ++chip.first;
    }
  }
}

std::int64_t Alignment::settled() const {
  return tree_.levels() * (Hac::kPeriod + start_epochs(1, longest_)) + 1;
}

}  // namespace lpu::fabric
