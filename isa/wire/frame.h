// SPDX-License-Identifier: Apache-2.0
// A vector on the wire: the format of docs/blocks/c2c.md, by other ways than the RTL's. Encoding
// divides polynomials, decoding tries an error at every place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lpu::isa {

/// What a link moves in a cycle. Byte 0 is bits 0..7 of the pins.
inline constexpr std::size_t kPhitBytes = 14;
using Phit = std::array<std::uint8_t, kPhitBytes>;
/// A phit is a part of each lane: lane l is its bits 28 l ... 28 l + 27.
inline constexpr int kWireLanes = 4;
inline constexpr int kLaneBits = 28;

/// Check symbols of a frame, 4 for each of its two codes.
inline constexpr std::size_t kCheckBytes = 8;

/// Cycles from a frame's first phit on a receiver's pins to the cycle in which its vector may be
/// received: its phits, and 2 to decode.
[[nodiscard]] constexpr int phits_of(std::size_t vector_bytes) {
  return static_cast<int>((vector_bytes + kCheckBytes + kPhitBytes - 1) / kPhitBytes);
}
[[nodiscard]] constexpr int cycles_to_receive(std::size_t vector_bytes) {
  return phits_of(vector_bytes) + 2;
}

/// The phits of a vector, whose size is even.
[[nodiscard]] std::vector<Phit> encode_frame(std::span<const std::uint8_t> vector);

struct Frame {
  std::vector<std::uint8_t> vector;  // corrected, or as it came
  int corrected{0};                  // symbols, check symbols included
  bool flagged{false};               // could not be corrected
};
[[nodiscard]] Frame decode_frame(std::span<const Phit> phits, std::size_t vector_bytes);

}  // namespace lpu::isa
