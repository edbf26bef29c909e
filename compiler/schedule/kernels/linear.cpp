// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Op;
using isa::Type;

// One plane pair works on one chain at a time: load, install, multiply, for each of its tiles.
// The next tile loads while this one multiplies, because its fragment has no other operand than
// the weight buffer.
void Kernels::linear(const LinearPlan& plan, const Chunks& in,
                     const std::vector<Destination>& out) {
  for (std::size_t c = 0; c < plan.chains.size(); ++c) {
    const ChainPlan& chain = plan.chains[c];
    const isa::Hemisphere h = chain.hemisphere;
    for (std::size_t i = 0; i < chain.tiles.size(); ++i) {
      const TilePlan& tile = chain.tiles[i];
      load_tile(h, tile.column, tile.group, tile.groups);
      Fragment f = s_.fragment();
      const auto x = read(f, in[static_cast<std::size_t>(tile.in_chunk)], g_.mxm_in_x(h), 0);
      f.multiply(x, h, Type::kF16, tile.half);
      if (i + 1 < chain.tiles.size()) {
        f.accumulate(h, 0, 0, i > 0);
        s_.place(f);
        continue;
      }
      const auto sum = f.accumulate_out(h, 0, 0, i > 0);
      const Type to = s_.place_of(out[c].tensor).type;
      const Time at = f.time_at(sum, 0);
      Fragment::Arg value = Fragment::flow(sum);
      Time next = at;
      if (!plan.scale.empty()) {
        const auto scale =
            read(f, constant(plan.scale[static_cast<std::size_t>(chain.out_chunk)]), 0, at);
        value = f.op(at, Op::kMul, Type::kF32, value, Fragment::flow(scale));
        next += k_;
      }
      if (to != Type::kF32) {
        f.cast(next, Type::kF32, to, value);
      }
      const bool through_vxm = to != Type::kF32 || !plan.scale.empty();
      write(f, through_vxm ? f.drive(toward(out[c].tensor)) : sum, out[c]);
      s_.place(f);
    }
  }
}

}  // namespace lpu::compiler
