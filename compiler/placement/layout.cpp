// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/layout.h"

#include <algorithm>

namespace lpu::compiler {

Layout padding(int lanes, int chunks) {
  return {lanes, std::vector<std::vector<int>>(
                     static_cast<std::size_t>(chunks),
                     std::vector<int>(static_cast<std::size_t>(lanes), Layout::kPadding))};
}

void put(Layout& layout, int chunk, int lane, int first, int count) {
  for (int i = 0; i < count; ++i) {
    layout.element.at(static_cast<std::size_t>(chunk)).at(static_cast<std::size_t>(lane + i)) =
        first + i;
  }
}

Layout dense(int lanes, int count, int first) {
  Layout layout = padding(lanes, (count + lanes - 1) / lanes);
  for (int i = 0; i < count; ++i) {
    put(layout, i / lanes, i % lanes, first + i, 1);
  }
  return layout;
}

std::vector<std::vector<int>> rotations_to_all(int n) {
  // A choice: two steps for 16 lanes and for 20 superlanes.
  constexpr int kTogether = 5;
  std::vector<std::vector<int>> steps;
  for (int met = 1; met < n; met *= kTogether) {
    auto& step = steps.emplace_back();
    for (int by = met; by < std::min(n, met * kTogether); by += met) {
      step.push_back(by);
    }
  }
  return steps;
}

}  // namespace lpu::compiler
