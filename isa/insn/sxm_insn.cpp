// SPDX-License-Identifier: Apache-2.0
#include "isa/insn/insn.h"

namespace lpu::isa {
namespace {

constexpr std::array kByLanes{Field::kType, Field::kIn, Field::kStride, Field::kOut};
constexpr std::array kByMap{Field::kType, Field::kIn, Field::kMap, Field::kOut};
constexpr std::array kTransposeFields{Field::kIn, Field::kOut};

constexpr std::array<OpInfo, 5> kOps{{
    {Op::kShift, "shift", kByLanes, false, "lane i takes lane i - n, zero where there is none"},
    {Op::kPermute, "permute", kByMap, false,
     "lane i takes the lane that its map (i16) names, zero where there is none"},
    {Op::kDistribute, "distribute", kByMap, false,
     "lane i takes the lane of its superlane that the low 4 bits of its map name; bit 7: zero"},
    {Op::kRotate, "rotate", kByLanes, false, "lane j of a superlane takes lane (j + n) mod 16"},
    {Op::kTranspose, "transpose", kTransposeFields, false,
     "16 streams: in each superlane, lane j of stream i takes lane i of stream j"},
}};

}  // namespace

std::span<const OpInfo> sxm_ops() { return kOps; }

}  // namespace lpu::isa
