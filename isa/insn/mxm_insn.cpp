// SPDX-License-Identifier: Apache-2.0
#include "isa/insn/insn.h"

namespace lpu::isa {
namespace {

constexpr std::array kLwFields{Field::kType, Field::kIn, Field::kAddr};
constexpr std::array kAbcFields{Field::kType, Field::kIn, Field::kHalf};
constexpr std::array kAccFields{Field::kAdd, Field::kAddr, Field::kOut};

constexpr std::array<OpInfo, 4> kOps{{
    {Op::kLw, "lw", kLwFields, false, "16 streams into a group of the weight buffer"},
    {Op::kIw, "iw", {}, false, "install the weight buffer in the array and empty it"},
    {Op::kAbc, "abc", kAbcFields, false, "one vector of activations through the array"},
    {Op::kAcc, "acc", kAccFields, true,
     "collect a result: overwrite an accumulator slot, or add to it"},
}};

}  // namespace

std::span<const OpInfo> mxm_ops() { return kOps; }

}  // namespace lpu::isa
