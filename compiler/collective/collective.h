// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compiler/collective/plan.h"
#include "fabric/schedule/program_set.h"
#include "fabric/topology/system_spec.h"

namespace lpu::collective {

struct Request {
  Kind kind{Kind::kAllReduce};
  isa::Type type{isa::Type::kF16};  // kI8, kF16 or kF32
  std::int64_t bytes{0};
};

/// A collective operation as programs, a chip each.
struct Collective {
  Plan plan;
  fabric::ProgramSet programs;
  isa::Cycle end;  // predicted
};

/// The plan of fewest cycles for this system, as programs. Throws isa::InputError for a message
/// that MEM does not hold, with the largest that it does, and for systems that no plan is for.
[[nodiscard]] Collective compile(const fabric::SystemSpec& spec, const Request& request);

}  // namespace lpu::collective
