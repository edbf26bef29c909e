// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "isa/spec/cycle.h"
#include "isa/spec/geometry.h"
#include "tlm/chip/stream_port.h"

namespace lpu::tlm {

/// The SXM of both hemispheres: operands are read and results driven at its position.
/// Schedule errors: an operation in another operation's queue, a permute sooner than
/// sxm_permute_interval after the one before.
class SxmUnit {
 public:
  SxmUnit(const isa::ChipSpec& spec, const isa::Geometry& geometry, Values values,
          StreamPort& streams);

  void execute(isa::Hemisphere hemisphere, isa::SxmQueue queue, const isa::Insn& insn,
               isa::Cycle at);
  void reset() { next_permute_.fill(INT64_MIN); }

 private:
  void move(const isa::Insn& insn, int x, isa::Cycle at);
  void transpose_superlanes(const isa::Insn& insn, int x, isa::Cycle at);

  const isa::ChipSpec& spec_;
  int lanes_;
  Values values_;
  StreamPort& streams_;
  std::array<int, 2> x_;
  std::array<std::int64_t, 2> next_permute_;
};

}  // namespace lpu::tlm
