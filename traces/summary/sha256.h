// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace lpu::traces {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Sha256 {
 public:
  void add(std::span<const std::uint8_t> bytes);
  /// 64 lower-case hex digits. The object is spent.
  [[nodiscard]] std::string finish();

 private:
  void block();

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> pending_{};
  std::uint64_t bytes_{0};
};

[[nodiscard]] std::string sha256(std::span<const std::uint8_t> bytes);
/// Of the bit patterns, low byte first: the same on every host.
[[nodiscard]] std::string sha256(std::span<const float> values);

}  // namespace lpu::traces
