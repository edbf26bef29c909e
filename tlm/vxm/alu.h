// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "isa/insn/insn.h"

namespace lpu::tlm {

/// The arithmetic of a VXM ALU on all lanes at once. Values only: chaining, streams and latency
/// are the chip's. Counterpart of rtl/vxm/lpu_vxm_lane.sv; docs/numbers.md is the contract.
///
/// A lane's register has 32 bits. i8 and i16 are sign-extended, f16 is its 16 bits zero-extended,
/// i32 and f32 are their bits. Arithmetic takes the low bits its type has, whatever stands above,
/// so results of another type (masks, above all) may be chained. Every NaN a float operation
/// makes is canonical: 0x7fc00000, f16 0x7e00.
///
/// `lanes` is a multiple of 16, at most 320. `out` may be `a` or `b`, else they do not overlap.

/// Streams to registers: `bytes_of(type)` streams, low byte first.
void load(isa::Type type, const std::uint8_t* const* streams, std::uint32_t* out, int lanes);
/// Registers to streams; bits above the type are dropped.
void store(isa::Type type, const std::uint32_t* in, std::uint8_t* const* streams, int lanes);
/// An immediate: the same 32 bits on all lanes.
void broadcast(std::uint32_t imm, std::uint32_t* out, int lanes);

/// Whether an operation exists on a type: exp2, rsqrt and tanh are for floats only, the others
/// for every type.
[[nodiscard]] bool supports(isa::Op op, isa::Type type);

/// out = op(a, b) as `insn.op`, `insn.type` (and `insn.to`: cast) say. `b` of a unary operation is
/// not looked at and may be nullptr. Throws std::invalid_argument for what `supports` denies.
void execute(const isa::Insn& insn, const std::uint32_t* a, const std::uint32_t* b,
             std::uint32_t* out, int lanes);

}  // namespace lpu::tlm
