// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace lpu::compiler {

/// Bytes of the first character of a text that is not empty. A byte that starts no valid sequence
/// is a character of its own, so that a walk over any bytes ends.
[[nodiscard]] constexpr std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first >= 0xf0 && first < 0xf8 ? 4
                             : first >= 0xe0               ? 3
                             : first >= 0xc0               ? 2
                                                           : 1;
  if (first >= 0xf8 || length > text.size()) return 1;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 1;
  }
  return length;
}

}  // namespace lpu::compiler
