// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "compiler/schedule/step.h"

namespace lpu::compiler {
namespace {

std::string chips_of(const Placed& p) {
  std::string text;
  for (int chip = 0; p.chips != kEveryChip && p.chips >> chip != 0; ++chip) {
    if ((p.chips & only_chip(chip)) != 0) {
      text += fmt::format("{}{}", text.empty() ? "  chips " : ",", chip);
    }
  }
  return text;
}

}  // namespace

std::string dump(const StepSchedule& schedule, const isa::Geometry& geometry) {
  std::vector<const Placed*> sorted;
  for (const Placed& p : schedule.placed) {
    sorted.push_back(&p);
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Placed* a, const Placed* b) {
    return a->at != b->at ? a->at < b->at : a->queue < b->queue;
  });
  std::string text;
  for (const Phase& phase : schedule.phases) {
    text +=
        fmt::format("phase {} : cycles {}..{}\n", phase.name, phase.first.value, phase.last.value);
  }
  for (const Placed* p : sorted) {
    text += fmt::format("{:>7} {:<24} x{:<5} {}{}\n", p->at, geometry.name(p->queue),
                        p->burst.count, isa::find_op(p->insn.op)->mnemonic, chips_of(*p));
  }
  text += fmt::format("end {}\n", schedule.end.value);
  return text;
}

}  // namespace lpu::compiler
