// SPDX-License-Identifier: Apache-2.0
#include "isa/insn/insn.h"

namespace lpu::isa {
namespace {

constexpr std::array kUnary{Field::kType, Field::kA, Field::kImm, Field::kOut};
constexpr std::array kBinary{Field::kType, Field::kA, Field::kB, Field::kImm, Field::kOut};
constexpr std::array kCastFields{Field::kType, Field::kTo, Field::kA, Field::kImm, Field::kOut};

constexpr std::array<OpInfo, 22> kOps{{
    {Op::kMov, "mov", kUnary, true, "a"},
    {Op::kAdd, "add", kBinary, true, "a + b, integers wrap"},
    {Op::kSub, "sub", kBinary, true, "a - b, integers wrap"},
    {Op::kMul, "mul", kBinary, true, "a * b, integers wrap"},
    {Op::kMax, "max", kBinary, true, "the larger of a and b"},
    {Op::kMin, "min", kBinary, true, "the smaller of a and b"},
    {Op::kAddSat, "add_sat", kBinary, true, "a + b, integers saturate"},
    {Op::kSubSat, "sub_sat", kBinary, true, "a - b, integers saturate"},
    {Op::kMulSat, "mul_sat", kBinary, true, "a * b, integers saturate"},
    {Op::kAnd, "and", kBinary, true, "bitwise and"},
    {Op::kOr, "or", kBinary, true, "bitwise or"},
    {Op::kXor, "xor", kBinary, true, "bitwise exclusive or"},
    {Op::kShl, "shl", kBinary, true, "a shifted left by b bits"},
    {Op::kShr, "shr", kBinary, true, "a shifted right by b bits, the sign stays"},
    {Op::kEq, "eq", kBinary, true, "all ones where a == b, else zero"},
    {Op::kLt, "lt", kBinary, true, "all ones where a < b, else zero"},
    {Op::kLe, "le", kBinary, true, "all ones where a <= b, else zero"},
    {Op::kRelu, "relu", kUnary, true, "the larger of a and zero"},
    {Op::kExp2, "exp2", kUnary, true, "2 to the power of a"},
    {Op::kRsqrt, "rsqrt", kUnary, true, "1 / square root of a"},
    {Op::kTanh, "tanh", kUnary, true, "hyperbolic tangent of a"},
    {Op::kCast, "cast", kCastFields, true, "a as another type"},
}};

}  // namespace

std::span<const OpInfo> vxm_ops() { return kOps; }

}  // namespace lpu::isa
