// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isa/check/rule.h"
#include "isa/program/program.h"

namespace lpu::isa {

/// One broken rule of a program.
struct Violation {
  Rule rule{};
  Cycle at;
  int queue{0};
  std::uint32_t index{0};  // position in the queue's list
  std::uint32_t line{0};   // of the assembly text; 0: none
  std::string what;        // queue, instruction and what was expected
};

struct CheckResult {
  std::vector<Violation> violations;  // by cycle, then queue
  Cycle end;                          // when the last superlane has finished
  /// Vectors that the units read, wrote, computed, moved or sent.
  std::int64_t vector_ops{0};
};

/// Every broken rule of `program` on this chip. Knows the machine, not the compiler and not the
/// model. What depends on data is judged by the run: the rows of gather and scatter, and whether
/// a vector has arrived when `receive` takes it.
[[nodiscard]] CheckResult check(const ChipSpec& spec, const Program& program);

/// "cycle 17, line 4: mem_e.slice3: read 9000 -> w0: ..." for messages.
[[nodiscard]] std::string text_of(const Violation& violation);

}  // namespace lpu::isa
