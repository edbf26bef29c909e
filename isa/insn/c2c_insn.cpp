// SPDX-License-Identifier: Apache-2.0
#include "isa/insn/insn.h"

namespace lpu::isa {
namespace {

constexpr std::array kSendFields{Field::kIn};
constexpr std::array kReceiveFields{Field::kOut};

constexpr std::array<OpInfo, 2> kOps{{
    {Op::kSend, "send", kSendFields, false, "a stream to the link"},
    {Op::kReceive, "receive", kReceiveFields, false, "the oldest arrived vector onto a stream"},
}};

}  // namespace

std::span<const OpInfo> c2c_ops() { return kOps; }

}  // namespace lpu::isa
