// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "fabric/clock/oscillator.h"
#include "isa/spec/cycle.h"

namespace lpu::fabric {

/// What two chips find out about the cable between them.
struct LinkCharacter {
  struct Latency {
    std::int64_t least{0};
    double mean{0};
    std::int64_t most{0};
    double deviation{0};
  };
  Latency forth;
  Latency back;
  std::int64_t counted{0};
  double ppm{0};  // by how much the second chip's clock is faster, on the average
};

/// Characterises a link by exchanges of counters, as the machine does it: every second epoch the
/// first chip sends its counter, the second answers at once with its own. Both are free running,
/// so they differ by an offset that grows as the clocks drift. Of the two differences that an
/// exchange gives, (own - heard), the sum is free of it: a round trip. Half of their difference is
/// the offset; a parabola fitted to it over all exchanges tells it to a few hundredths of a cycle.
/// Taken off as whole cycles, as counters have them, it leaves the latency of each flight. An
/// exchange whose offset is within a tenth of the middle between two cycles says nothing and is not
/// counted.
///
/// The counters have a period of 252, so a round trip says the latency modulo 126: `expected`
/// chooses. `flight(back, n)` is how long the n-th counter of a direction is under way. At least
/// 100 `exchanges`.
[[nodiscard]] LinkCharacter characterise(
    const Oscillator& first, const Oscillator& second, std::int64_t exchanges, isa::Cycles expected,
    const std::function<isa::Femtoseconds(bool back, std::int64_t n)>& flight);

}  // namespace lpu::fabric
