// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/sxm_unit.h"

#include <fmt/format.h>

#include "tlm/common/schedule_error.h"
#include "tlm/sxm/sxm_ops.h"

namespace lpu::tlm {
namespace {

constexpr int kTransposeStreams = 16;

isa::Op op_of(isa::SxmQueue queue) {
  switch (queue) {
    case isa::SxmQueue::kShift:
      return isa::Op::kShift;
    case isa::SxmQueue::kPermute:
      return isa::Op::kPermute;
    case isa::SxmQueue::kDistribute:
      return isa::Op::kDistribute;
    case isa::SxmQueue::kRotate:
      return isa::Op::kRotate;
    case isa::SxmQueue::kTranspose0:
    case isa::SxmQueue::kTranspose1:
      break;
  }
  return isa::Op::kTranspose;
}

}  // namespace

SxmUnit::SxmUnit(const isa::ChipSpec& spec, const isa::Geometry& geometry, Values values,
                 StreamPort& streams)
    : spec_(spec),
      lanes_(static_cast<int>(spec.lanes())),
      values_(values),
      streams_(streams),
      x_{geometry.sxm_x(isa::Hemisphere::kWest), geometry.sxm_x(isa::Hemisphere::kEast)} {
  reset();
}

void SxmUnit::execute(isa::Hemisphere hemisphere, isa::SxmQueue queue, const isa::Insn& insn,
                      isa::Cycle at) {
  if (insn.op != op_of(queue)) {
    throw UnitError("lpu/sxm/undefined-insn", "each SXM operation has its own queue");
  }
  const std::size_t h = static_cast<std::size_t>(hemisphere);
  if (insn.op == isa::Op::kTranspose) {
    return transpose_superlanes(insn, x_[h], at);
  }
  if (insn.op == isa::Op::kPermute) {
    if (at.value < next_permute_[h]) {
      throw UnitError("lpu/sxm/permute-too-soon",
                      fmt::format("a permute is possible every {} cycles, next in cycle {}",
                                  spec_.sxm_permute_interval, next_permute_[h]));
    }
    next_permute_[h] = at.value + spec_.sxm_permute_interval;
  }
  move(insn, x_[h], at);
}

void SxmUnit::move(const isa::Insn& insn, int x, isa::Cycle at) {
  const int width = isa::bytes_of(insn.type);
  std::array<const std::uint8_t*, 4> in{};
  std::array<const std::uint8_t*, 2> map{};
  std::array<std::uint8_t*, 4> out{};
  streams_.take_group(required(insn.in), width, x, at, in.data());
  if (insn.op == isa::Op::kPermute || insn.op == isa::Op::kDistribute) {
    streams_.take_group(required(insn.map), insn.op == isa::Op::kPermute ? 2 : 1, x, at,
                        map.data());
  }
  streams_.drive_group(required(insn.out), width, x, at + isa::latency(spec_, insn), out.data());
  if (values_ == Values::kNone) {
    return;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(width); ++i) {
    switch (insn.op) {
      case isa::Op::kShift:
        shift(in[i], insn.stride, out[i], lanes_);
        break;
      case isa::Op::kPermute:
        permute(in[i], map[0], map[1], out[i], lanes_);
        break;
      case isa::Op::kDistribute:
        distribute(in[i], map[0], out[i], lanes_);
        break;
      default:
        rotate(in[i], insn.stride, out[i], lanes_);
        break;
    }
  }
}

void SxmUnit::transpose_superlanes(const isa::Insn& insn, int x, isa::Cycle at) {
  std::array<const std::uint8_t*, kTransposeStreams> in{};
  std::array<std::uint8_t*, kTransposeStreams> out{};
  streams_.take_group(required(insn.in), kTransposeStreams, x, at, in.data());
  streams_.drive_group(required(insn.out), kTransposeStreams, x, at + isa::latency(spec_, insn),
                       out.data());
  if (values_ == Values::kFull) {
    transpose(in.data(), out.data(), lanes_);
  }
}

}  // namespace lpu::tlm
