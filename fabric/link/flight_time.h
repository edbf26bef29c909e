// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "fabric/topology/physical_spec.h"
#include "isa/spec/cycle.h"
#include "isa/spec/time.h"

namespace lpu::fabric {

/// How long a vector is under way: always the same time, or one of a spread.
///
/// The spread is a beta-binomial distribution (C): of those over the integers from `least` to
/// `most` it is the plain one that can have any mean and, within reason, any deviation; all four
/// are published numbers. Vectors are independent of each other.
///
/// What is published was counted by a receiver, in whose clock a time between two cycles is the
/// later one, half a cycle later on the average. So a flight that is counted as n cycles takes
/// n - 1/2; receivers of any phase then count n, on the average.
class FlightTime {
 public:
  /// Always the same time, which takes the whole of its cycles.
  FlightTime(isa::Cycles flight, isa::Femtoseconds period);
  FlightTime(const PhysicalSpec::Spread& spread, isa::Femtoseconds period);

  struct Draw {
    isa::Cycles counted;
    isa::Femtoseconds time;
  };
  /// `random`: 64 even bits. `longer`: what the cable is, in cycles of flight.
  [[nodiscard]] Draw of(std::uint64_t random, isa::Cycles longer = {0}) const;

  [[nodiscard]] isa::Cycles least() const { return least_; }
  [[nodiscard]] isa::Cycles most() const {
    return {least_.value + static_cast<std::int64_t>(up_to_.size())};
  }
  /// The mean, to the nearest cycle: what a chip takes a flight for.
  [[nodiscard]] isa::Cycles mean() const { return mean_; }

 private:
  isa::Cycles least_;
  isa::Cycles mean_;
  isa::Femtoseconds period_;
  isa::Femtoseconds rounding_;
  std::vector<std::uint64_t>
      up_to_;  // least + i for a draw below up_to_[i], that is not below i - 1
};

}  // namespace lpu::fabric
