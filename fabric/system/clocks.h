// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "fabric/clock/alignment.h"
#include "fabric/clock/chip_clock.h"
#include "fabric/clock/oscillator.h"
#include "fabric/link/flight_time.h"
#include "fabric/topology/system_spec.h"
#include "fabric/topology/topology.h"
#include "tlm/common/clock.h"

namespace lpu::fabric {

/// What is drawn from a seed: each kind has numbers of its own, and each of its members.
enum class Draws : std::uint64_t { kOscillator, kAlignment, kExchange, kFlight, kError };
/// The number of a member's sequence (isa::draw).
[[nodiscard]] std::uint64_t sequence(Draws kind, std::uint64_t member);
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

/// What cycle it is on each chip of a system: the same everywhere, or by oscillators and counters
/// if the system has `[clock]`. Then cycle 0 is the first epoch in which a program can start after
/// power came on, and kernel time 0 the moment in which the first chip begins it.
class Clocks {
 public:
  Clocks(const SystemSpec& spec, const Topology& topology, std::uint64_t seed);

  [[nodiscard]] const std::shared_ptr<const tlm::Clock>& of(int chip) const {
    return clocks_.at(static_cast<std::size_t>(chip));
  }
  /// Chips have clocks of their own.
  [[nodiscard]] bool own() const { return alignment_ != nullptr; }

  /// Nothing happens from `end` and a flight on until the next start. Returns when that can be: at
  /// once, or as DESKEW has it, in a later epoch, when the drift has been made up for and a wave
  /// over the spanning tree has told all chips.
  [[nodiscard]] isa::Cycle idle_from(isa::Cycle end);
  /// Programs start in this cycle of every chip: the one that `idle_from` said or, with clocks of
  /// their own, whole epochs later.
  void start(isa::Cycle at);

  /// Every chip is in this cycle or a later one.
  [[nodiscard]] isa::Cycle passed(isa::Instant now) const;
  /// How many cycles of a chip are sure to have passed before something sent in the first of them
  /// arrives elsewhere: what chips may execute without asking each other.
  [[nodiscard]] isa::Cycles lookahead() const;

 private:
  PhysicalSpec physical_;
  isa::Cycles shortest_;  // flight that a schedule counts
  isa::Cycles least_;     // that a vector may take
  isa::Cycles before_;    // from a send until its vector leaves
  std::shared_ptr<Alignment> alignment_;
  std::vector<std::shared_ptr<ChipClock>> of_chips_;
  std::vector<std::shared_ptr<const tlm::Clock>> clocks_;
  isa::Cycle started_;
  isa::Cycle idle_;
};

}  // namespace lpu::fabric
