// SPDX-License-Identifier: Apache-2.0
#include "fabric/link/bit_errors.h"

#include <algorithm>

#include "isa/number/draw.h"

namespace lpu::fabric {
namespace {

constexpr std::uint64_t kDrawsOfFrame = 1'024;  // at most
constexpr std::uint64_t kDrawsOfError = 4;
constexpr double kAlmostOne = 1 - 0x1p-53;

}  // namespace

BitErrors::BitErrors(const Config& config)
    : config_(config),
      bits_of_lane_(std::int64_t{isa::phits_of(config.vector_bytes)} * isa::kLaneBits) {
  // Binomial, from the four operations only. The small numbers are added up first.
  const auto bits = static_cast<double>(isa::kWireLanes * bits_of_lane_);
  const double odds = 1 / (static_cast<double>(config.errors.interval.value) - 1);
  std::vector<double> chance{1.0};
  for (int bit = 0; bit < bits; ++bit) {
    chance.front() /= 1 + odds;
  }
  for (int wrong = 0; wrong < bits && wrong < 200; ++wrong) {
    const double k = wrong;
    chance.push_back(chance.back() * (bits - k) / (k + 1) * odds);
  }
  double more = 0;
  for (std::size_t k = chance.size() - 1; k > 0; --k) {
    more += chance[k];
    more_than_.push_back(static_cast<std::uint64_t>(std::min(more, kAlmostOne) * 0x1p63) * 2);
  }
  std::reverse(more_than_.begin(), more_than_.end());
}

std::uint64_t BitErrors::draw(std::uint64_t n, std::uint64_t which) const {
  return isa::draw(config_.seed, config_.sequence, n * kDrawsOfFrame + which);
}

int BitErrors::begin(std::uint64_t n) const {
  const std::uint64_t random = draw(n, 0);
  int errors = 0;
  while (static_cast<std::size_t>(errors) < more_than_.size() &&
         random < more_than_[static_cast<std::size_t>(errors)]) {
    ++errors;
  }
  return errors;
}

std::vector<isa::Phit> BitErrors::wire(std::span<const std::uint8_t> sent, std::uint64_t n) const {
  std::vector<isa::Phit> phits = isa::encode_frame(sent);
  for (int error = 0; error < begin(n); ++error) {
    damage(phits, n, error);
  }
  return phits;
}

isa::Frame BitErrors::pass(std::span<const std::uint8_t> sent, std::uint64_t n) const {
  return isa::decode_frame(wire(sent, n), sent.size());
}

void BitErrors::damage(std::vector<isa::Phit>& phits, std::uint64_t n, int error) const {
  const std::uint64_t first = 1 + static_cast<std::uint64_t>(error) * kDrawsOfError;
  const std::int64_t at = isa::draw_below(isa::kWireLanes * bits_of_lane_, draw(n, first));
  const std::int64_t lane = at / bits_of_lane_;
  const std::int64_t length = 1 + isa::draw_below(config_.errors.burst.value, draw(n, first + 1));
  const std::uint64_t between = draw(n, first + 2);
  for (std::int64_t i = 0; i < length && at % bits_of_lane_ + i < bits_of_lane_; ++i) {
    if (i == 0 || i == length - 1 || (between >> i & 1) != 0) {
      const std::int64_t bit = at % bits_of_lane_ + i;
      isa::Phit& phit = phits[static_cast<std::size_t>(bit / isa::kLaneBits)];
      const auto pin = static_cast<std::size_t>(isa::kLaneBits * lane + bit % isa::kLaneBits);
      phit[pin / 8] = static_cast<std::uint8_t>(phit[pin / 8] ^ (1U << pin % 8));
    }
  }
}

}  // namespace lpu::fabric
