// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace lpu::compiler {

template <typename N, typename By>
[[nodiscard]] constexpr auto divide_up(N n, By by) {
  return (n + by - 1) / by;
}

/// Where the elements of a logical vector sit in machine vectors ("chunks") of `lanes` lanes.
/// A lane that holds no element is padding: its weights are zero, so it stays zero.
struct Layout {
  static constexpr int kPadding = -1;

  int lanes{0};
  /// element[chunk][lane], or kPadding.
  std::vector<std::vector<int>> element;

  [[nodiscard]] int chunks() const { return static_cast<int>(element.size()); }
};

/// Elements first..first+count-1 one after another.
[[nodiscard]] Layout dense(int lanes, int count, int first = 0);

/// A layout of `chunks` chunks of padding, to be filled by `put`.
[[nodiscard]] Layout padding(int lanes, int chunks);
void put(Layout& layout, int chunk, int lane, int first, int count);

/// Rotations after which each of `n` in a ring has met all others, step by step: in a step, each
/// meets what those at these distances have met so far, often one more than once.
[[nodiscard]] std::vector<std::vector<int>> rotations_to_all(int n);

/// The same places, but only where `keep(element)`; everything else becomes padding.
template <typename Keep>
[[nodiscard]] Layout only(Layout layout, Keep keep) {
  for (auto& chunk : layout.element) {
    for (int& e : chunk) {
      if (e != Layout::kPadding && !keep(e)) {
        e = Layout::kPadding;
      }
    }
  }
  return layout;
}

}  // namespace lpu::compiler
