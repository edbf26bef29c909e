// SPDX-License-Identifier: Apache-2.0
#include "fabric/system/clocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "fabric/system/unit_choice.h"
#include "isa/number/draw.h"

namespace lpu::fabric {
namespace {

constexpr std::int64_t kPpbPerPpm = 1'000;

}  // namespace

std::uint64_t sequence(Draws kind, std::uint64_t member) {
  return (static_cast<std::uint64_t>(kind) << 56) + member;
}

std::uint64_t draw(std::uint64_t seed, Draws kind, std::uint64_t member, std::uint64_t n) {
  return isa::draw(seed, sequence(kind, member), n);
}

FlightTime flight_time_of(const SystemSpec& spec) {
  const isa::Femtoseconds period = isa::period_of(spec.chip.clock_mhz);
  return spec.physical.spread ? FlightTime(*spec.physical.spread, period)
                              : FlightTime(spec.flight, period);
}

std::vector<Oscillator> oscillators_of(const SystemSpec& spec, std::uint64_t seed) {
  const isa::Femtoseconds period = isa::period_of(spec.chip.clock_mhz);
  std::vector<Oscillator> all;
  for (int chip = 0; chip < spec.chips; ++chip) {
    Oscillator::Config config{period, 0, 0, {}};
    if (spec.physical.clock) {
      const auto up_to = [&](std::int64_t bound, std::uint64_t n) {
        const auto random = draw(seed, Draws::kOscillator, static_cast<std::uint64_t>(chip), n);
        return isa::draw_below(2 * bound + 1, random) - bound;
      };
      config.offset_ppb = up_to(spec.physical.clock->ppm.value * kPpbPerPpm, 0);
      config.drift_ppb_per_second = up_to(spec.physical.clock->drift.value, 1);
      const std::int64_t half = (period * Hac::kPeriod).value / 2;
      config.origin = {chip == 0 ? 0 : half + up_to(half, 2)};
    }
    all.emplace_back(config);
  }
  return all;
}

Alignment alignment_of(const SystemSpec& spec, const Topology& topology, std::uint64_t seed) {
  const FlightTime flight = flight_time_of(spec);
  const isa::Cycles usual = spec.flight;  // what a cable is longer than
  const auto latency = [mean = flight.mean(), usual](const SpanningTree::Member& member) {
    return mean + (member.flight - usual);
  };
  return {SpanningTree(topology), oscillators_of(spec, seed), latency,
          [flight, usual, seed](const SpanningTree::Member& member, std::int64_t n) {
            const auto random =
                draw(seed, Draws::kAlignment, static_cast<std::uint64_t>(member.chip),
                     static_cast<std::uint64_t>(n));
            return flight.of(random, member.flight - usual).time;
          }};
}

Clocks::Clocks(const SystemSpec& spec, const Topology& topology, std::uint64_t seed)
    : physical_(spec.physical),
      shortest_(topology.least_flight().value_or(spec.flight)),
      least_(flight_time_of(spec).least() + (shortest_ - spec.flight)),
      before_{spec.chip.c2c_send_latency} {
  if (least_.value < 2) {
    throw UsageError(
        fmt::format("flights of {} cycles: a cable is too short for the spread", least_.value));
  }
  if (!spec.physical.clock) {
    clocks_.assign(static_cast<std::size_t>(spec.chips),
                   std::make_shared<tlm::EvenClock>(isa::period_of(spec.chip.clock_mhz)));
    return;
  }
  alignment_ = std::make_shared<Alignment>(alignment_of(spec, topology, seed));
  const std::int64_t first = alignment_->settled() + alignment_->start();
  isa::Instant zero = alignment_->epoch(0, first);
  for (int chip = 0; chip < spec.chips; ++chip) {
    zero = std::min(zero, alignment_->epoch(chip, first));
  }
  std::optional<ChipClock::Deskew> deskew;
  if (const auto& given = spec.physical.clock->deskew) {
    deskew = {{given->interval.value}, {given->stall.value}};
  }
  for (int chip = 0; chip < spec.chips; ++chip) {
    of_chips_.push_back(std::make_shared<ChipClock>(alignment_, chip, first, zero, deskew));
    clocks_.push_back(of_chips_.back());
  }
}

isa::Cycle Clocks::idle_from(isa::Cycle end) {
  idle_ = end + shortest_ + before_;
  if (!own()) {
    return idle_;
  }
  // A counter moves by one an epoch at most.
  const std::int64_t drift = (idle_ - started_).value / Hac::kPeriod + 2;
  const std::int64_t epoch = (idle_.value + drift + Hac::kPeriod - 1) / Hac::kPeriod;
  return {(epoch + alignment_->start()) * Hac::kPeriod};
}

void Clocks::start(isa::Cycle at) {
  if (!own() || at == started_) {
    return;
  }
  if (at.value % Hac::kPeriod != 0) {
    throw std::logic_error("clocks: a program starts with an epoch");
  }
  for (const auto& clock : of_chips_) {
    clock->start(at, at - idle_);
  }
  started_ = at;
}

isa::Cycle Clocks::passed(isa::Instant now) const {
  if (!own()) {
    return clocks_.front()->cycle_at(now);
  }
  isa::Cycle least{INT64_MAX};
  for (const auto& clock : clocks_) {
    least = std::min(least, clock->cycle_at(now));
  }
  return least;
}

isa::Cycles Clocks::lookahead() const {
  if (!own() && !physical_.spread) {
    return shortest_ + before_;
  }
  // A cycle less than the shortest way: for its half cycle, and clocks that differ by 0.2 %.
  const std::int64_t shortest = (least_ + before_).value - 1;
  if (!own() || !physical_.clock->deskew) {
    return {shortest};
  }
  // A stall may take longer by as many cycles as the counter moves in an interval.
  const std::int64_t stall = physical_.clock->deskew->stall.value;
  const std::int64_t moves = physical_.clock->deskew->interval.value / Hac::kPeriod + 1;
  return {shortest * stall / (stall + moves)};
}

}  // namespace lpu::fabric
