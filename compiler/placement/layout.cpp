// SPDX-License-Identifier: Apache-2.0
#include "compiler/placement/layout.h"

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

}  // namespace lpu::compiler
