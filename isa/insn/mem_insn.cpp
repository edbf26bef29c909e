// SPDX-License-Identifier: Apache-2.0
#include "isa/insn/insn.h"

namespace lpu::isa {
namespace {

constexpr std::array kReadFields{Field::kAddr, Field::kOut};
constexpr std::array kWriteFields{Field::kIn, Field::kAddr};
constexpr std::array kGatherFields{Field::kMap, Field::kOut};
constexpr std::array kScatterFields{Field::kIn, Field::kMap};

constexpr std::array<OpInfo, 4> kOps{{
    {Op::kRead, "read", kReadFields, false, "drive a row on a stream"},
    {Op::kWrite, "write", kWriteFields, false, "store a stream into a row"},
    {Op::kGather, "gather", kGatherFields, false,
     "drive, for each superlane, the row that the first two bytes of its map name"},
    {Op::kScatter, "scatter", kScatterFields, false,
     "store, for each superlane, into the row that the first two bytes of its map name"},
}};

}  // namespace

std::span<const OpInfo> mem_ops() { return kOps; }

}  // namespace lpu::isa
