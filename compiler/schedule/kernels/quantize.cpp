// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Op;
using isa::Type;

// x E1, largest W0 then W1, step W2, steps a unit W1, result E0.
Activations Kernels::quantize(const Chunks& x) {
  constexpr float kSteps = 127.0F;
  constexpr float kSmallest = 0x1p-24F;  // of fp16, so that zero has a step, too
  const TensorId in_lanes = temporary(home::kW0, Type::kF16, "largest magnitude");
  largest(x.size(), Type::kF16, in_lanes, [&](Fragment& f, int alu, std::size_t chunk, Time at) {
    const auto value = Fragment::flow(read(f, x[chunk], 0, at));
    return f.op_on(alu, at, Op::kAnd, Type::kI16, value, Fragment::imm(std::uint32_t{0x7fff}));
  });
  const TensorId top = over_lanes(in_lanes, Op::kMax, Type::kF16,
                                  temporary(home::kW1, Type::kF16, "largest magnitude"));

  const TensorId step = temporary(home::kW2, Type::kF32, "step of activations");
  const TensorId inverse = temporary(home::kW1, Type::kF32, "steps a unit");
  Fragment f = s_.fragment();
  const auto wide = f.cast(0, Type::kF16, Type::kF32, Fragment::flow(read(f, top, 0, 0)));
  const auto bounded = f.op(k_, Op::kMax, Type::kF32, wide, Fragment::imm(kSmallest));
  f.op(2 * k_, Op::kMul, Type::kF32, bounded, Fragment::imm(1.0F / kSteps));
  write(f, f.drive(toward(step)), {step});
  const auto reciprocal = reciprocal_of(f, 2 * k_, bounded);
  f.op(3 * k_ + special_, Op::kMul, Type::kF32, reciprocal, Fragment::imm(kSteps));
  write(f, f.drive(toward(inverse)), {inverse});
  s_.place(f);

  Chunks out;
  for (const TensorId chunk : x) {
    Fragment q = s_.fragment();
    const auto value = q.cast(0, Type::kF16, Type::kF32, Fragment::flow(read(q, chunk, 0, 0)));
    const auto steps =
        q.op(k_, Op::kMul, Type::kF32, value, Fragment::flow(read(q, inverse, 0, k_)));
    q.cast(2 * k_, Type::kF32, Type::kI8, steps);
    out.push_back(temporary(home::kE0, Type::kI8, "activations in steps"));
    write(q, q.drive(toward(out.back())), {out.back()});
    s_.place(q);
  }
  return {out, step};
}

}  // namespace lpu::compiler
