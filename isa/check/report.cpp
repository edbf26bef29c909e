// SPDX-License-Identifier: Apache-2.0
#include "isa/check/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "isa/asm/disassembler.h"

namespace lpu::isa {

void Report::add(Rule rule, Cycle at, int queue, std::uint32_t index, const std::string& expected) {
  const auto q = static_cast<std::size_t>(queue);
  const bool has_line = q < program_.lines.size() && index < program_.lines[q].size();
  violations_.push_back({rule, at, queue, index, has_line ? program_.lines[q][index] : 0,
                         fmt::format("{}: {}: {}", geometry_.name(queue),
                                     text_of(geometry_, program_.queues[q][index]), expected)});
}

std::vector<Violation> Report::take() {
  std::ranges::stable_sort(violations_, [](const Violation& a, const Violation& b) {
    return std::tie(a.at.value, a.queue, a.index) < std::tie(b.at.value, b.queue, b.index);
  });
  return std::move(violations_);
}

std::string text_of(const Violation& violation) {
  const std::string line =
      violation.line > 0 ? fmt::format(", line {}", violation.line) : std::string{};
  return fmt::format("cycle {}{}: {} [{}]", violation.at.value, line, violation.what,
                     name_of(violation.rule));
}

}  // namespace lpu::isa
