// SPDX-License-Identifier: Apache-2.0
#include "isa/insn/insn.h"

#include <algorithm>

namespace lpu::isa {
namespace {

/// The rows of all tables by operation code, so that a lookup is one index.
std::array<const OpInfo*, 256> index_tables() {
  std::array<const OpInfo*, 256> index{};
  for (const auto table : {icu_ops(), mem_ops(), vxm_ops(), mxm_ops(), sxm_ops(), c2c_ops()}) {
    for (const OpInfo& info : table) {
      index[static_cast<std::size_t>(info.op)] = &info;
    }
  }
  return index;
}

Cycles sxm_latency(const ChipSpec& spec, Op op) {
  switch (op) {
    case Op::kShift:
      return {spec.sxm_shift_latency};
    case Op::kPermute:
      return {spec.sxm_permute_latency};
    case Op::kDistribute:
      return {spec.sxm_distribute_latency};
    case Op::kRotate:
      return {spec.sxm_rotate_latency};
    default:
      return {spec.sxm_transpose_latency};
  }
}

}  // namespace

std::string_view name_of(Type t) {
  constexpr std::array<std::string_view, 5> kNames{"i8", "i16", "i32", "f16", "f32"};
  return kNames[static_cast<std::size_t>(t)];
}

std::span<const OpInfo> ops_of(Unit unit) {
  switch (unit) {
    case Unit::kMem:
      return mem_ops();
    case Unit::kVxm:
      return vxm_ops();
    case Unit::kMxm:
      return mxm_ops();
    case Unit::kSxm:
      return sxm_ops();
    case Unit::kC2c:
      return c2c_ops();
  }
  return {};
}

const OpInfo* find_op(Op op) {
  static const std::array<const OpInfo*, 256> kIndex = index_tables();
  return kIndex[static_cast<std::size_t>(op)];
}

bool has_field(const OpInfo& info, Field field) {
  return std::find(info.fields.begin(), info.fields.end(), field) != info.fields.end();
}

bool is_unary(Op op) {
  const OpInfo* info = find_op(op);
  return info != nullptr && has_field(*info, Field::kA) && !has_field(*info, Field::kB);
}

Cycles chain_latency(const ChipSpec& spec, const Insn& insn) {
  const bool special = insn.op == Op::kExp2 || insn.op == Op::kRsqrt || insn.op == Op::kTanh;
  return {special ? spec.vxm_special_latency : spec.vxm_op_latency};
}

int vector_ops(const Insn& insn) {
  switch (insn.op) {
    case Op::kNop:
    case Op::kRepeat:
    case Op::kIfetch:
    case Op::kSync:
    case Op::kNotify:
    case Op::kIw:
      return 0;
    case Op::kLw:
    case Op::kTranspose:
      return static_cast<int>(ChipSpec::kLoadStreams);
    case Op::kAbc:
    case Op::kShift:
    case Op::kPermute:
    case Op::kDistribute:
    case Op::kRotate:
      return bytes_of(insn.type);
    default:
      return 1;
  }
}

Cycles latency(const ChipSpec& spec, const Insn& insn) {
  switch (insn.op) {
    case Op::kNop:
    case Op::kRepeat:
    case Op::kIfetch:
    case Op::kSync:
    case Op::kNotify:
      return {0};
    case Op::kRead:
    case Op::kGather:
      return {spec.mem_read_latency};
    case Op::kWrite:
    case Op::kScatter:
      return {spec.mem_write_latency};
    case Op::kLw:
    case Op::kAcc:
      return {1};
    case Op::kIw:
      return {spec.mxm_install_latency};
    // The accumulator's cycle is the last one of mxm_result_latency.
    case Op::kAbc:
      return {spec.mxm_result_latency - 1};
    case Op::kShift:
    case Op::kPermute:
    case Op::kDistribute:
    case Op::kRotate:
    case Op::kTranspose:
      return sxm_latency(spec, insn.op);
    case Op::kSend:
      return {spec.c2c_send_latency};
    case Op::kReceive:
      return {spec.c2c_receive_latency};
    default:
      return Cycles{spec.vxm_input_latency} + chain_latency(spec, insn);
  }
}

}  // namespace lpu::isa
