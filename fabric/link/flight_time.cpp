// SPDX-License-Identifier: Apache-2.0
#include "fabric/link/flight_time.h"

#include <algorithm>
#include <cmath>

namespace lpu::fabric {

FlightTime::FlightTime(isa::Cycles flight, isa::Femtoseconds period)
    : least_(flight), mean_(flight), period_(period) {}

FlightTime::FlightTime(const PhysicalSpec::Spread& spread, isa::Femtoseconds period)
    : least_{spread.least.value},
      mean_{std::llround(spread.mean.value)},
      period_(period),
      rounding_{period.value / 2} {
  // Mean and variance of a beta-binomial over 0 ... n, solved for its alpha and beta.
  const auto n = static_cast<double>(spread.most.value - spread.least.value);
  const double mean = spread.mean.value - static_cast<double>(spread.least.value);
  const double variance = spread.deviation.value * spread.deviation.value;
  const double ratio = variance / (mean * (1 - mean / n));
  const double sum = (n - ratio) / (ratio - 1);
  const double alpha = mean / n * sum;
  const double beta = sum - alpha;
  // Only the four operations, which are the same on every machine.
  std::vector<double> weight{1.0};
  for (int step = 0; step < n; ++step) {
    const double k = step;
    weight.push_back(weight.back() * (n - k) / (k + 1) * (k + alpha) / (n - k - 1 + beta));
  }
  double all = 0;
  for (const double w : weight) {
    all += w;
  }
  double below = 0;
  for (std::size_t k = 0; k + 1 < weight.size(); ++k) {
    below += weight[k];
    up_to_.push_back(static_cast<std::uint64_t>(std::min(below / all, 1 - 0x1p-53) * 0x1p63) * 2);
  }
}

FlightTime::Draw FlightTime::of(std::uint64_t random, isa::Cycles longer) const {
  const auto above = std::upper_bound(up_to_.begin(), up_to_.end(), random);
  const isa::Cycles counted{least_.value + (above - up_to_.begin()) + longer.value};
  return {counted, period_ * counted.value - rounding_};
}

}  // namespace lpu::fabric
