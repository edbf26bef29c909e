// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "fabric/clock/alignment.h"
#include "fabric/clock/oscillator.h"
#include "fabric/link/flight_time.h"
#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"

namespace lpu::fabric {

/// What is drawn from a seed: each kind has numbers of its own, and each of its members.
enum class Draws : std::uint64_t { kOscillator, kAlignment, kExchange, kFlight, kError };
[[nodiscard]] std::uint64_t draw(std::uint64_t seed, Draws kind, std::uint64_t member,
                                 std::uint64_t n);

/// How long vectors of a system are under way: its spread, or its flight.
[[nodiscard]] FlightTime flight_time_of(const SystemSpec& spec);

/// The oscillators of a system's chips: offset and drift even within the bounds of `[clock]`, awake
/// at any time of the first epoch, chip 0 at its beginning. Without that section all are alike.
[[nodiscard]] std::vector<Oscillator> oscillators_of(const SystemSpec& spec, std::uint64_t seed);

/// Their counters, over flights as above.
[[nodiscard]] Alignment alignment_of(const SystemSpec& spec, const Topology& topology,
                                     std::uint64_t seed);

}  // namespace lpu::fabric
