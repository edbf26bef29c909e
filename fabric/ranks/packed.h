// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "fabric/ranks/ranks.h"

namespace lpu::fabric {

/// Values one after the other, as they stand in memory: ranks run the same program on the same kind
/// of machine.
inline void append(Bytes& to, const void* from, std::size_t count) {
  const std::size_t old = to.size();
  to.resize(old + count);
  if (count > 0) {
    std::memcpy(to.data() + old, from, count);
  }
}

template <typename T>
void pack(Bytes& to, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  append(to, &value, sizeof value);
}

/// Their number, then the bytes.
inline void pack(Bytes& to, std::span<const std::uint8_t> bytes) {
  pack(to, bytes.size());
  append(to, bytes.data(), bytes.size());
}

inline void pack(Bytes& to, const std::string& text) {
  pack(to, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

/// Takes out what `pack` put in, in the same order.
class Unpacked {
 public:
  explicit Unpacked(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  [[nodiscard]] bool empty() const { return left_.empty(); }

  template <typename T>
  T take() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
    return value;
  }
  std::span<const std::uint8_t> take_block() { return take_bytes(take<std::size_t>()); }
  std::string take_text() {
    const auto bytes = take_block();
    return {bytes.begin(), bytes.end()};
  }

 private:
  std::span<const std::uint8_t> take_bytes(std::size_t count) {
    if (count > left_.size()) {
      throw std::logic_error("a rank sent less than it said");
    }
    const auto bytes = left_.first(count);
    left_ = left_.subspan(count);
    return bytes;
  }

  std::span<const std::uint8_t> left_;
};

}  // namespace lpu::fabric
