// SPDX-License-Identifier: Apache-2.0
#include "traces/wave/glob.h"

#include <cstddef>

namespace lpu::traces {

bool glob(std::string_view pattern, std::string_view name) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t p = 0;
  std::size_t star = kNone;
  std::size_t after_star = 0;
  // On a mismatch the last star takes one character more: no recursion, no exponential patterns.
  for (std::size_t n = 0; n < name.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != kNone) {
      p = star + 1;
      n = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == kNone;
}

bool in_scope(std::string_view pattern, std::string_view name) {
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos;
       dot = name.find('.', dot + 1)) {
    if (glob(pattern, name.substr(0, dot))) return true;
  }
  return glob(pattern, name);
}

}  // namespace lpu::traces
