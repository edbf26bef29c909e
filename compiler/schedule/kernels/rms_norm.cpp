// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {
namespace {

using isa::Hemisphere;
using isa::Op;
using isa::Type;

// A sum over lanes is a product with a tile of ones, which also leaves it in every lane. The
// plane takes fp16, so a square is cut in two: coarse = fp16(x² / 1024), and what that rounding
// lost, doubled. Together they keep 22 bits of squares up to 2^26 and an absolute 2^-26 of small
// ones (docs/numbers.md).
constexpr float kCoarseScale = 0x1p-10F;
constexpr float kFineScale = 2.0F;

}  // namespace

// x E0, coarse W0, fine W0 (its upper pair of slices would do; rows differ).
void Kernels::norm_squares(TensorId x, TensorId coarse, TensorId fine) {
  Fragment f = s_.fragment();
  const auto x0 = Fragment::flow(read(f, x, 0, 0));
  const auto square = f.op(0, Op::kMul, Type::kF32, x0, x0);
  const auto scaled = f.op(k_, Op::kMul, Type::kF32, square, Fragment::imm(kCoarseScale));
  const auto rounded = f.cast(2 * k_, Type::kF32, Type::kF16, scaled);
  write(f, f.drive(toward(coarse)), {coarse});
  const auto back = f.cast(3 * k_, Type::kF16, Type::kF32, rounded);
  const auto kept = f.op(4 * k_, Op::kMul, Type::kF32, back, Fragment::imm(1.0F / kCoarseScale));
  const auto x1 = Fragment::flow(read(f, x, 0, 4 * k_));
  const auto again = f.op(4 * k_, Op::kMul, Type::kF32, x1, x1);
  const auto lost = f.op(5 * k_, Op::kSub, Type::kF32, again, kept);
  const auto doubled = f.op(6 * k_, Op::kMul, Type::kF32, lost, Fragment::imm(kFineScale));
  f.cast(7 * k_, Type::kF32, Type::kF16, doubled);
  write(f, f.drive(toward(fine)), {fine});
  s_.place(f);
}

// r = 1 / sqrt(mean + eps) in every lane.
void Kernels::norm_reduce(const Chunks& coarse, const Chunks& fine, TensorId r) {
  constexpr Hemisphere kSide = Hemisphere::kEast;
  const int width = static_cast<int>(p_.config.hidden_size);
  const int halves = (width + p_.sharding.half() - 1) / p_.sharding.half();
  load_tile({kSide}, Type::kF16, p_.ones_tile, 0, static_cast<int>(spec_.superlanes));

  Fragment f = s_.fragment();
  const int x = g_.mxm_in_x(kSide);
  const auto sum = [&](const Chunks& parts, int slot, int first) {
    for (int h = 0; h < halves; ++h) {
      const Time at = spaced(first + h);
      const auto part = read(f, parts[static_cast<std::size_t>(h / 2)], x, at);
      f.multiply(part, {kSide}, Type::kF16, h % 2);
      if (h + 1 < halves) {
        f.accumulate({kSide}, at, slot, h > 0);
      }
    }
    return f.accumulate_out({kSide}, spaced(first + halves - 1), slot, halves > 1);
  };
  const auto coarse_sum = sum(coarse, 0, 0);
  const auto fine_sum = sum(fine, 1, halves);
  const int multiplier = f.alu();
  const int adder = f.alu();
  const Time t0 = f.time_at(coarse_sum, 0);
  const Time t1 = f.time_at(fine_sum, 0);
  const auto a = f.op_on(multiplier, t0, Op::kMul, Type::kF32, Fragment::flow(coarse_sum),
                         Fragment::imm(1.0F / kCoarseScale));
  f.op_on(adder, t0 + k_, Op::kMov, Type::kF32, a);
  const auto b = f.op_on(multiplier, t1, Op::kMul, Type::kF32, Fragment::flow(fine_sum),
                         Fragment::imm(1.0F / kFineScale));
  const auto total = f.op_on(adder, t1 + k_, Op::kAdd, Type::kF32, Fragment::acc(), b);
  const auto mean = f.op(t1 + 2 * k_, Op::kMul, Type::kF32, total,
                         Fragment::imm(1.0F / static_cast<float>(width)));
  const auto shifted = f.op(t1 + 3 * k_, Op::kAdd, Type::kF32, mean,
                            Fragment::imm(static_cast<float>(p_.config.rms_norm_eps)));
  f.op(t1 + 4 * k_, Op::kRsqrt, Type::kF32, shifted);
  write(f, f.drive(toward(r)), {r});
  s_.place(f);
}

// x E0, r W1, gains W0, result E1.
Chunks Kernels::rms_norm(const Chunks& x, const std::vector<Place>& gains) {
  Chunks coarse;
  Chunks fine;
  for (const TensorId chunk : x) {
    coarse.push_back(temporary(home::kW0, Type::kF16, "norm squares"));
    fine.push_back(temporary(home::kW0, Type::kF16, "norm squares"));
    norm_squares(chunk, coarse.back(), fine.back());
  }
  const TensorId r = temporary(home::kW1, Type::kF32, "norm factor");
  norm_reduce(coarse, fine, r);
  Chunks out;
  for (std::size_t chunk = 0; chunk < x.size(); ++chunk) {
    Fragment f = s_.fragment();
    const auto scaled = f.op(0, Op::kMul, Type::kF32, Fragment::flow(read(f, x[chunk], 0, 0)),
                             Fragment::flow(read(f, r, 0, 0)));
    const auto gain = read(f, constant(gains[chunk]), 0, k_);
    const auto y = f.op(k_, Op::kMul, Type::kF32, scaled, Fragment::flow(gain));
    f.cast(2 * k_, Type::kF32, Type::kF16, y);
    out.push_back(temporary(home::kE1, Type::kF16, "norm"));
    write(f, f.drive(toward(out.back())), {out.back()});
    s_.place(f);
  }
  return out;
}

}  // namespace lpu::compiler
