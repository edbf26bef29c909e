// SPDX-License-Identifier: Apache-2.0
#include "compiler/schedule/kernels/kernels.h"

namespace lpu::compiler {

using isa::Op;
using isa::Type;

// The token id stands in every lane as i32 (W0). A gather wants a row address in the first two
// bytes of each superlane's word: id + base, shifted by 0 or 8 (W1) and masked (W2), is that map.
Chunks Kernels::embed() {
  Chunks x;
  const TensorId token = constant(p_.tokens.value());
  const Place& table = p_.embedding.value();
  const TensorId shift = constant(p_.byte_shift);
  const TensorId mask = constant(p_.byte_mask);
  const int vocabulary = static_cast<int>(p_.config.vocab_size);
  for (int chunk = 0; chunk < p_.sharding.hidden().chunks(); ++chunk) {
    Fragment f = s_.fragment();
    const auto base = static_cast<std::uint32_t>(table.row + chunk * vocabulary);
    const auto id = read(f, token, 0, 0, 1, 0, context_.step);
    const auto row = f.op(0, Op::kAdd, Type::kI32, Fragment::flow(id), Fragment::imm(base));
    const auto shifted = f.op(k_, Op::kShr, Type::kI32, row, Fragment::flow(read(f, shift, 0, k_)));
    f.op(2 * k_, Op::kAnd, Type::kI8, shifted, Fragment::flow(read(f, mask, 0, 2 * k_)));
    const auto map = f.drive(isa::outward(table.hemisphere));
    const auto row_f16 = f.gather(map, table);
    f.cast(f.time_at(row_f16, 0), Type::kF16, Type::kF32, Fragment::flow(row_f16));
    const TensorId out = temporary(home::kE0, Type::kF32, "embedding");
    write(f, f.drive(toward(out)), {out});
    s_.place(f);
    x.push_back(out);
  }
  return x;
}

}  // namespace lpu::compiler
