// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"

namespace lpu::tlm {

/// isa::latency, for units that look it up once for an operation.
inline isa::Cycles latency_of(const isa::ChipSpec& spec, isa::Op op) {
  isa::Insn insn;
  insn.op = op;
  return isa::latency(spec, insn);
}

/// isa::chain_latency, likewise.
inline isa::Cycles chain_latency_of(const isa::ChipSpec& spec, isa::Op op) {
  isa::Insn insn;
  insn.op = op;
  return isa::chain_latency(spec, insn);
}

}  // namespace lpu::tlm
