// SPDX-License-Identifier: Apache-2.0
#include "fabric/clock/characterise.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fabric/clock/hac.h"

namespace lpu::fabric {
namespace {

constexpr std::int64_t kBetween = 2 * Hac::kPeriod;
constexpr double kUnsure = 0.1;  // cycles; the fit is better than half of it with 1,000 exchanges

/// The number nearest to `near` that a counter shows as `value`.
std::int64_t unwrap(std::int64_t value, std::int64_t near) {
  const std::int64_t up = ((value - near) % Hac::kPeriod + Hac::kPeriod) % Hac::kPeriod;
  return near + (up <= Hac::kPeriod / 2 ? up : up - Hac::kPeriod);
}

/// Least squares over 0, 1, 2, ...: the values' mean, slope and bend.
class Parabola {
 public:
  explicit Parabola(const std::vector<double>& values) : n_(static_cast<double>(values.size())) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double x = from_middle(i);
      mean_ += values[i] / n_;
      slope_ += x * values[i] / (n_ * square_);
      bend_ += (x * x - square_) * values[i] / (n_ * (n_ * n_ - 1) * (n_ * n_ - 4) / 180);
    }
  }
  [[nodiscard]] double at(std::size_t i) const {
    const double x = from_middle(i);
    return mean_ + slope_ * x + bend_ * (x * x - square_);
  }
  [[nodiscard]] double slope() const { return slope_; }

 private:
  [[nodiscard]] double from_middle(std::size_t i) const {
    return static_cast<double>(i) - (n_ - 1) / 2;
  }

  double n_;
  double square_{(n_ * n_ - 1) / 12};  // mean of x x
  double mean_{0};
  double slope_{0};
  double bend_{0};
};

LinkCharacter::Latency statistics(const std::vector<std::int64_t>& latencies) {
  LinkCharacter::Latency result;
  if (latencies.empty()) {
    return result;
  }
  const auto n = static_cast<double>(latencies.size());
  for (const std::int64_t latency : latencies) {
    result.mean += static_cast<double>(latency) / n;
  }
  double squares = 0;
  for (const std::int64_t latency : latencies) {
    const double off = static_cast<double>(latency) - result.mean;
    squares += off * off;
  }
  result.deviation = std::sqrt(squares / n);
  const auto [least, most] = std::minmax_element(latencies.begin(), latencies.end());
  result.least = *least;
  result.most = *most;
  return result;
}

}  // namespace

LinkCharacter characterise(const Oscillator& first, const Oscillator& second,
                           std::int64_t exchanges, isa::Cycles expected,
                           const std::function<isa::Femtoseconds(bool, std::int64_t)>& flight) {
  std::vector<std::int64_t> forth;  // own - heard of the second chip
  std::vector<std::int64_t> round_trip;
  std::vector<double> offset;
  std::int64_t near = expected.value;
  for (std::int64_t n = 0; n < exchanges; ++n) {
    const std::int64_t sent = (n + 1) * kBetween;  // both clocks run by then
    const std::int64_t turned = second.first_edge_at(first.edge(sent) + flight(false, n));
    const std::int64_t came = first.first_edge_at(second.edge(turned) + flight(true, n));
    // What a counter shows modulo its period comes out the same as from the edges themselves.
    near = unwrap(turned - sent, near);
    forth.push_back(near);
    round_trip.push_back(unwrap(came - sent, 2 * expected.value));
    offset.push_back(static_cast<double>(2 * near - round_trip.back()) / 2);
  }
  const Parabola drift(offset);
  std::vector<std::int64_t> there;
  std::vector<std::int64_t> back;
  for (std::size_t i = 0; i < forth.size(); ++i) {
    const double whole = std::round(drift.at(i));
    if (std::abs(drift.at(i) - whole) < 0.5 - kUnsure) {
      there.push_back(forth[i] - static_cast<std::int64_t>(whole));
      back.push_back(round_trip[i] - there.back());
    }
  }
  return {statistics(there), statistics(back), static_cast<std::int64_t>(there.size()),
          drift.slope() / kBetween * 1e6};
}

}  // namespace lpu::fabric
