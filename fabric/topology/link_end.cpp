// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/link_end.h"

#include <charconv>

namespace lpu::fabric {

std::optional<LinkEnd> parse_link_end(std::string_view text) {
  LinkEnd end;
  const char* last = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), last, end.chip);
  if (error != std::errc() || dot == last || *dot != '.') {
    return std::nullopt;
  }
  const auto [rest, second_error] = std::from_chars(dot + 1, last, end.link);
  if (second_error != std::errc() || rest != last) {
    return std::nullopt;
  }
  return end;
}

}  // namespace lpu::fabric
