// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "isa/insn/insn.h"

namespace lpu::rtl {

using Bytes = std::vector<std::uint8_t>;

/// What the streams at the unit's position hold in one cycle: 64 vectors.
using Streams = std::vector<Bytes>;

/// Streams that an instruction takes, and those it drives: `count` from `first` on.
struct Group {
  int first{0};
  int count{0};
};
[[nodiscard]] std::vector<Group> operands_of(const isa::Insn& insn);
[[nodiscard]] Group result_of(const isa::Insn& insn);

/// The vectors of the result, one a stream. Written for this test: whole values instead of bytes,
/// lane by lane from the sentences of docs/isa.md.
[[nodiscard]] std::vector<Bytes> by_hand(const isa::Insn& insn, const Streams& streams);

/// The same by the model's functions.
[[nodiscard]] std::vector<Bytes> by_model(const isa::Insn& insn, const Streams& streams);

}  // namespace lpu::rtl
