// SPDX-License-Identifier: Apache-2.0
#include "fabric/system/clocks.h"

#include "isa/number/draw.h"

namespace lpu::fabric {
namespace {

constexpr std::int64_t kPpbPerPpm = 1'000;

}  // namespace

std::uint64_t draw(std::uint64_t seed, Draws kind, std::uint64_t member, std::uint64_t n) {
  return isa::draw(seed, (static_cast<std::uint64_t>(kind) << 56) + member, n);
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
  return {SpanningTree(topology), oscillators_of(spec, seed), flight.mean(),
          [flight, seed](const SpanningTree::Member& member, std::int64_t n) {
            return flight
                .of(draw(seed, Draws::kAlignment, static_cast<std::uint64_t>(member.chip),
                         static_cast<std::uint64_t>(n)))
                .time;
          }};
}

}  // namespace lpu::fabric
