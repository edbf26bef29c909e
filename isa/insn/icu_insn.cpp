// SPDX-License-Identifier: Apache-2.0
#include "isa/insn/insn.h"

namespace lpu::isa {
namespace {

constexpr std::array kNopFields{Field::kCount};
constexpr std::array kRepeatFields{Field::kCount, Field::kDistance, Field::kStride};
constexpr std::array kIfetchFields{Field::kCount, Field::kAddr};

constexpr std::array<OpInfo, 5> kOps{{
    {Op::kNop, "nop", kNopFields, false, "wait n cycles"},
    {Op::kRepeat, "repeat", kRepeatFields, false,
     "the previous instruction n more times, every d cycles, its row, group or slot stepping by "
     "a stride"},
    {Op::kIfetch, "ifetch", kIfetchFields, false,
     "bring the next 40 instructions of this queue, 640 B, from rows of a slice"},
    {Op::kSync, "sync", {}, false, "park this queue until a notify"},
    {Op::kNotify, "notify", {}, false, "release all parked queues"},
}};

}  // namespace

std::span<const OpInfo> icu_ops() { return kOps; }

}  // namespace lpu::isa
