// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace lpu::fabric {

/// A number of a system file, and where it comes from: P, S, U or C.
template <typename T>
struct Sourced {
  T value{};
  std::string source;
};

/// What real clocks and cables do. Every section is optional; one that is absent is ideal: one
/// clock for all chips, one time for all flights, no bit errors, room for any number of vectors.
///
///     [clock]
///     ppm = { value = 50, source = "C" }        # a chip's offset is up to so much, either way
///     drift = { value = 100, source = "C" }     # and changes by up to so many ppb a second
///     [clock.deskew]
///     interval = { value = 25200, source = "C" }  # cycles, of whole epochs of 252
///     stall = { value = 252, source = "C" }       # the last so many of each interval are free
///     [link.spread]
///     least = { value = 209, source = "P" }     # flight time in cycles
///     most = { value = 228, source = "P" }
///     mean = { value = 217.0, source = "P" }
///     deviation = { value = 2.75, source = "P" }
///     [link.fifo]
///     depth = { value = 8, source = "C" }       # vectors that have come and not left
///     [link.errors]
///     interval = { value = 1000000000, source = "C" }  # bits from one error to the next, mean
///     burst = { value = 4, source = "C" }       # an error is up to so many bits of a lane
struct PhysicalSpec {
  struct Deskew {
    Sourced<std::int64_t> interval;
    Sourced<std::int64_t> stall;
  };
  struct Clock {
    Sourced<std::int64_t> ppm;
    Sourced<std::int64_t> drift;
    std::optional<Deskew> deskew;
  };
  struct Spread {
    Sourced<std::int64_t> least;
    Sourced<std::int64_t> most;
    Sourced<double> mean;
    Sourced<double> deviation;
  };
  struct Fifo {
    Sourced<std::int64_t> depth;
  };
  struct Errors {
    Sourced<std::int64_t> interval;
    Sourced<std::int64_t> burst;
  };

  std::optional<Clock> clock;
  std::optional<Spread> spread;
  std::optional<Fifo> fifo;
  std::optional<Errors> errors;
};

using AddFault = std::function<void(int line, const std::string& reason)>;

/// Reads `clock`, `link.spread`, `link.fifo` and `link.errors` of a system file. `flight`: what the
/// schedule counts, which a spread may not exceed.
[[nodiscard]] PhysicalSpec read_physical(const toml::table& system, std::int64_t flight,
                                         const AddFault& fault);

/// The sections that are there, as TOML.
[[nodiscard]] std::string print_physical(const PhysicalSpec& spec);

}  // namespace lpu::fabric
