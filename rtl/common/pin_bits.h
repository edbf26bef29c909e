// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lpu::rtl {

/// The bits of one port of a Verilated class, whatever type Verilator gave it: bit 0 is the low bit
/// of its first byte. Little-endian hosts only, as Verilator's wide ports.
class PinBits {
 public:
  PinBits() = default;
  PinBits(void* pin, std::size_t bytes) : bytes_(static_cast<std::uint8_t*>(pin)), size_(bytes) {}

  /// Of the C++ object: the port may be a few bits narrower.
  [[nodiscard]] std::size_t bytes() const { return size_; }

  [[nodiscard]] bool bit(std::size_t at) const { return (bytes_[at / 8] >> (at % 8) & 1) != 0; }
  void set_bit(std::size_t at) { bytes_[at / 8] |= static_cast<std::uint8_t>(1U << (at % 8)); }

  /// Up to 25 bits from bit `at` on.
  [[nodiscard]] std::uint32_t field(std::size_t at, unsigned bits) const {
    std::uint32_t word = 0;
    const std::size_t first = at / 8;
    const std::size_t last = (at + bits - 1) / 8;
    for (std::size_t i = first; i <= last; ++i) {
      word |= std::uint32_t{bytes_[i]} << (8 * (i - first));
    }
    return word >> (at % 8) & ((1U << bits) - 1);
  }
  void set_field(std::size_t at, unsigned bits, std::uint32_t value) {
    for (unsigned i = 0; i < bits; ++i) {
      const std::size_t b = at + i;
      const auto mask = static_cast<std::uint8_t>(1U << (b % 8));
      bytes_[b / 8] = static_cast<std::uint8_t>((value >> i & 1) != 0 ? bytes_[b / 8] | mask
                                                                      : bytes_[b / 8] & ~mask);
    }
  }

  [[nodiscard]] const std::uint8_t* data(std::size_t byte) const { return bytes_ + byte; }
  void copy_in(std::size_t byte, const std::uint8_t* from, std::size_t n) {
    std::memcpy(bytes_ + byte, from, n);
  }
  void clear() { std::memset(bytes_, 0, size_); }

  [[nodiscard]] bool any() const {
    for (std::size_t i = 0; i < size_; ++i) {
      if (bytes_[i] != 0) {
        return true;
      }
    }
    return false;
  }

 private:
  std::uint8_t* bytes_{nullptr};
  std::size_t size_{0};
};

}  // namespace lpu::rtl
