// SPDX-License-Identifier: Apache-2.0
#include "fabric/clock/chip_clock.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace lpu::fabric {
namespace {

__extension__ using Int128 = __int128;

}  // namespace

ChipClock::ChipClock(std::shared_ptr<Alignment> alignment, int chip, std::int64_t first,
                     isa::Instant zero, std::optional<Deskew> deskew)
    : alignment_(std::move(alignment)), chip_(chip), first_(first), zero_(zero), deskew_(deskew) {
  segments_.push_back(segment({0}, {0}));
}

isa::Instant ChipClock::edge_time(std::int64_t edge) const {
  return {(alignment_->oscillator(chip_).edge(edge) - zero_).value};
}

ChipClock::Segment ChipClock::segment(isa::Cycle from, isa::Cycles stall) const {
  const std::int64_t edge = alignment_->edge_of_epoch(chip_, first_ + from.value / Hac::kPeriod);
  return {from, stall, edge, edge_time(edge)};
}

void ChipClock::start(isa::Cycle at, isa::Cycles stall) {
  // Deskews that were looked at beyond the end of the last program did not take place.
  while (segments_.back().from > at - stall && segments_.size() > 1) {
    segments_.pop_back();
  }
  const Segment next = segment(at, stall);
  const Segment& last = segments_.back();
  if (next.edge - last.edge <= (at - stall - last.from).value) {
    throw std::logic_error("chip clock: a stall that is shorter than the drift");
  }
  segments_.push_back(next);
}

/// Deskews up to cycle `at`, and the one after it.
void ChipClock::reach(isa::Cycle at) const {
  while (deskew_ && segments_.back().from <= at) {
    segments_.push_back(segment(segments_.back().from + deskew_->interval, deskew_->stall));
  }
}

/// Where a segment ends: at the stall before the next one.
isa::Cycle ChipClock::stalls_at(std::size_t segment) const {
  if (segment + 1 == segments_.size()) {
    return {INT64_MAX};
  }
  return segments_[segment + 1].from - segments_[segment + 1].stall;
}

isa::Instant ChipClock::time_of(isa::Cycle at) const {
  reach(at);
  const auto after = std::upper_bound(segments_.begin() + 1, segments_.end(), at,
                                      [](isa::Cycle c, const Segment& s) { return c < s.from; });
  const auto index = static_cast<std::size_t>(after - segments_.begin()) - 1;
  const Segment& in = segments_[index];
  const isa::Cycle stalls = stalls_at(index);
  if (at <= stalls) {
    return edge_time(in.edge + (at - in.from).value);
  }
  const isa::Instant begins = edge_time(in.edge + (stalls - in.from).value);
  const Int128 all = (after->begins - begins).value;
  const Int128 part = all * (at - stalls).value / after->stall.value;
  return begins + isa::Femtoseconds{static_cast<std::int64_t>(part)};
}

isa::Cycle ChipClock::cycle_at(isa::Instant time) const {
  while (deskew_ && segments_.back().begins <= time) {
    reach(segments_.back().from);
  }
  const auto after =
      std::upper_bound(segments_.begin() + 1, segments_.end(), time,
                       [](isa::Instant t, const Segment& s) { return t < s.begins; });
  const auto index = static_cast<std::size_t>(after - segments_.begin()) - 1;
  const Segment& in = segments_[index];
  const std::int64_t edge =
      alignment_->oscillator(chip_).first_edge_at(zero_ + isa::Femtoseconds{time.value});
  const isa::Cycle at = in.from + isa::Cycles{std::max<std::int64_t>(edge - in.edge, 0)};
  const isa::Cycle stalls = stalls_at(index);
  if (at <= stalls) {
    return at;
  }
  const isa::Instant begins = edge_time(in.edge + (stalls - in.from).value);
  const Int128 all = (after->begins - begins).value;
  const Int128 part = Int128{(time - begins).value} * after->stall.value + all - 1;
  return stalls + isa::Cycles{static_cast<std::int64_t>(part / all)};
}

std::int64_t ChipClock::drift() const {
  const Segment& first = segments_.front();
  const Segment& last = segments_.back();
  return last.edge - first.edge - (last.from - first.from).value;
}

}  // namespace lpu::fabric
