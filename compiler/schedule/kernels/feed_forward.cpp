// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Op;
using isa::Type;

// gate W0, up W1, route E0, result E1. silu(g) = g * (tanh(g / 2) + 1) / 2.
Chunks Kernels::swiglu(const Chunks& gate, const Chunks& up, std::optional<TensorId> route,
                       const std::vector<int>& experts) {
  Chunks out;
  for (std::size_t chunk = 0; chunk < gate.size(); ++chunk) {
    Fragment f = s_.fragment();
    const auto half = Fragment::imm(0.5F);
    const auto halved =
        f.op(0, Op::kMul, Type::kF32, Fragment::flow(read(f, gate[chunk], 0, 0)), half);
    const auto tanh = f.op(k_, Op::kTanh, Type::kF32, halved);
    const Time at = k_ + special_;
    const auto scaled = f.op(at, Op::kMul, Type::kF32, tanh, half);
    const auto sigmoid = f.op(at + k_, Op::kAdd, Type::kF32, scaled, half);
    const auto again = read(f, gate[chunk], 0, at + 2 * k_);
    const auto silu = f.op(at + 2 * k_, Op::kMul, Type::kF32, sigmoid, Fragment::flow(again));
    const auto other = read(f, up[chunk], 0, at + 3 * k_);
    auto product = f.op(at + 3 * k_, Op::kMul, Type::kF32, silu, Fragment::flow(other));
    Time made = at + 4 * k_;
    if (route) {
      const auto weight = read(f, *route, 0, made, 1, 0, experts[chunk]);
      product = f.op(made, Op::kMul, Type::kF32, product, Fragment::flow(weight));
      made += k_;
    }
    f.cast(made, Type::kF32, Type::kF16, product);
    out.push_back(temporary(home::kE1, Type::kF16, "feed forward"));
    write(f, f.drive(toward(out.back())), {out.back()});
    s_.place(f);
  }
  return out;
}

}  // namespace lpu::compiler
