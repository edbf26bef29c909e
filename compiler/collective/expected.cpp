// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/expected.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lpu::collective {
namespace {

using isa::Type;

/// One step of the splitmix64 generator, as a hash.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

float value_of_half(std::uint32_t bits) {
  const int exponent = static_cast<int>(bits >> 10 & 0x1f);
  const int fraction = static_cast<int>(bits & 0x3ff);
  const float magnitude = exponent == 0
                              ? std::ldexp(static_cast<float>(fraction), -24)
                              : std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

/// Nearest even, by the host's rounding of a multiple of the last place. Finite values only.
std::uint32_t nearest_half(float value) {
  const std::uint32_t sign = std::signbit(value) ? 0x8000 : 0;
  const float magnitude = std::fabs(value);
  int exponent = 0;
  std::frexp(magnitude, &exponent);  // magnitude < 2^exponent
  const int last_place = std::max(exponent - 11, -24);
  const float places = std::nearbyint(std::ldexp(magnitude, -last_place));
  const float rounded = std::ldexp(places, last_place);
  if (rounded >= 65536.0F) {
    return sign | 0x7c00;
  }
  std::frexp(rounded, &exponent);
  if (rounded == 0.0F || exponent <= -14) {
    return sign | static_cast<std::uint32_t>(std::ldexp(rounded, 24));
  }
  const auto fraction = static_cast<std::uint32_t>(std::ldexp(rounded, 11 - exponent));
  return sign | (static_cast<std::uint32_t>(exponent + 14) << 10 | (fraction & 0x3ff));
}

float widened(Type type, std::uint32_t bits) {
  return type == Type::kF16 ? value_of_half(bits) : std::bit_cast<float>(bits);
}
std::uint32_t narrowed(Type type, float value) {
  return type == Type::kF16 ? nearest_half(value) : std::bit_cast<std::uint32_t>(value);
}

}  // namespace

Expected::Expected(const isa::ChipSpec& spec, Kind kind, const Plan& plan, int chips,
                   std::uint64_t seed)
    : kind_(kind),
      type_(plan.type),
      lanes_(static_cast<int>(spec.lanes())),
      width_(plan.width),
      chips_(chips),
      seed_(seed),
      inputs_(plan.inputs) {}

/// Floats of both signs from 2^-6 to 2^6, so that sums cancel and round.
std::uint32_t Expected::element(int chip, std::int64_t index) const {
  const std::uint64_t random = mixed(mixed(seed_ ^ static_cast<std::uint64_t>(chip) << 48) +
                                     static_cast<std::uint64_t>(index));
  const auto low = static_cast<std::uint32_t>(random);
  const std::uint32_t exponent = static_cast<std::uint32_t>(random >> 32) % 12;
  switch (type_) {
    case Type::kI8:
      return low & 0xff;
    case Type::kF16:
      return (low & 0x83ff) | (exponent + 9) << 10;
    default:
      return (low & 0x807fffff) | (exponent + 121) << 23;
  }
}

std::uint32_t Expected::sum(std::int64_t index) const {
  std::vector<std::uint32_t> nodes;
  for (int first = 0; first < chips_; first += fabric::kNodeChips) {
    std::vector<std::uint32_t> chips;
    for (int chip = first; chip < std::min(first + fabric::kNodeChips, chips_); ++chip) {
      chips.push_back(element(chip, index));
    }
    nodes.push_back(sum(chips));
  }
  return sum(nodes);
}

std::uint32_t Expected::sum(const std::vector<std::uint32_t>& operands) const {
  std::uint32_t total = operands.front();
  for (std::size_t i = 1; i < operands.size();) {
    const std::size_t end = std::min(i + Reduction::kMostOperands - 1, operands.size());
    if (type_ == Type::kI8) {
      int wide = static_cast<std::int8_t>(total);
      for (; i < end; ++i) {
        wide += static_cast<std::int8_t>(operands[i]);
      }
      total = static_cast<std::uint8_t>(std::clamp(wide, -128, 127));
    } else {
      float wide = widened(type_, total);
      for (; i < end; ++i) {
        wide += widened(type_, operands[i]);
      }
      total = narrowed(type_, wide);
    }
  }
  return total;
}

int Expected::owner(int step) const {
  return std::find_if(
             inputs_.begin(), inputs_.end(),
             [step](const Piece& p) { return p.first <= step && step < p.first + p.region.rows; })
      ->chip;
}

template <typename Value>
Expected::Vectors Expected::vectors(int step, Value value) const {
  const int bytes = isa::bytes_of(type_);
  Vectors all(static_cast<std::size_t>(width_),
              std::vector<std::uint8_t>(static_cast<std::size_t>(lanes_)));
  for (int unit = 0; unit < width_ / bytes; ++unit) {
    const std::int64_t first = (std::int64_t{step} * (width_ / bytes) + unit) * lanes_;
    for (int lane = 0; lane < lanes_; ++lane) {
      const std::uint32_t bits = value(first + lane);
      for (int byte = 0; byte < bytes; ++byte) {
        all[static_cast<std::size_t>(unit * bytes + byte)][static_cast<std::size_t>(lane)] =
            static_cast<std::uint8_t>(bits >> 8 * byte);
      }
    }
  }
  return all;
}

Expected::Vectors Expected::input(int chip, int step) const {
  return vectors(step, [&](std::int64_t index) { return element(chip, index); });
}

Expected::Vectors Expected::output(int step) const {
  if (kind_ == Kind::kAllReduce || kind_ == Kind::kReduceScatter) {
    return vectors(step, [&](std::int64_t index) { return sum(index); });
  }
  return input(owner(step), step);
}

}  // namespace lpu::collective
