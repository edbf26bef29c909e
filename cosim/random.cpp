// SPDX-License-Identifier: Apache-2.0
#include "cosim/random.h"

#include <array>

namespace lpu::cosim {
namespace {

using isa::Type;

constexpr std::array<std::uint16_t, 12> kHalves{0x0000, 0x0001, 0x03ff, 0x0400, 0x0401, 0x3bff,
                                                0x3c00, 0x3c01, 0x7bff, 0x7c00, 0x7c01, 0x7e00};
constexpr std::array<std::uint32_t, 16> kFloats{
    0x00000000, 0x00000001, 0x007fffff, 0x00800000, 0x00800001, 0x3f7fffff, 0x3f800000, 0x3f800001,
    0x4b800000, 0x4f000000, 0x477fe000, 0x477ff000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000};

std::uint32_t mask_of(Type type) {
  const int bits = 8 * isa::bytes_of(type);
  return bits == 32 ? 0xffffffffU : (1U << bits) - 1;
}

}  // namespace

std::uint32_t Random::value(Type type) {
  const std::uint64_t kind = below(4);
  if (kind == 0) {
    return corner(type);
  }
  if (kind == 1) {
    return similar(type);
  }
  return static_cast<std::uint32_t>(below(std::uint64_t{1} << 32)) & mask_of(type);
}

std::uint32_t Random::corner(Type type) {
  const std::uint32_t sign = percent(50) ? (mask_of(type) >> 1) + 1 : 0;
  if (type == Type::kF16) {
    return sign | kHalves[below(kHalves.size())];
  }
  if (type == Type::kF32) {
    return sign | kFloats[below(kFloats.size())];
  }
  // The limits and zero, and up to two beside them.
  const std::uint32_t limit = percent(33) ? 0 : (mask_of(type) >> 1) + 1;
  return (limit + static_cast<std::uint32_t>(below(5)) - 2) & mask_of(type);
}

std::uint32_t Random::similar(Type type) {
  const auto bits = static_cast<std::uint32_t>(below(std::uint64_t{1} << 32));
  if (type == Type::kF16) {
    return (bits & 0x83ff) | static_cast<std::uint32_t>(13 + below(4)) << 10;
  }
  if (type == Type::kF32) {
    return (bits & 0x807fffff) | static_cast<std::uint32_t>(124 + below(6)) << 23;
  }
  return (static_cast<std::uint32_t>(below(33)) - 16) & mask_of(type);
}

std::vector<std::vector<std::uint8_t>> Random::vectors(Type type, std::size_t lanes) {
  const std::uint64_t kind = below(8);
  const std::uint32_t same = value(type);
  const std::size_t bytes = static_cast<std::size_t>(isa::bytes_of(type));
  std::vector<std::vector<std::uint8_t>> result(bytes, std::vector<std::uint8_t>(lanes));
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::uint32_t bits = kind == 0 ? same : kind == 1 ? corner(type) : value(type);
    // Signalling and quiet NaN of any payload stay as they are: a unit has to make them canonical.
    for (std::size_t byte = 0; byte < bytes; ++byte) {
      result[byte][lane] = static_cast<std::uint8_t>(bits >> (8 * byte));
    }
  }
  return result;
}

}  // namespace lpu::cosim
