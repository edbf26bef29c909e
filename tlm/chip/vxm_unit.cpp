// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/vxm_unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "tlm/common/latency.h"
#include "tlm/common/schedule_error.h"
#include "tlm/vxm/alu.h"

namespace lpu::tlm {

VxmUnit::VxmUnit(const isa::ChipSpec& spec, Values values, StreamPort& streams)
    : spec_(spec),
      lanes_(static_cast<int>(spec.lanes())),
      values_(values),
      streams_(streams),
      chain_latencies_{chain_latency_of(spec, isa::Op::kMov).value,
                       chain_latency_of(spec, isa::Op::kExp2).value} {
  const std::int64_t longest = std::max(chain_latencies_[0], chain_latencies_[1]);
  mask_ = std::bit_ceil(static_cast<std::size_t>(longest + 1)) - 1;
}

void VxmUnit::execute(int alu, const isa::Insn& insn, isa::Cycle at) {
  if (!supports(insn.op, insn.type)) {
    throw UnitError("lpu/vxm/undefined-insn",
                    fmt::format("an ALU has no operation {:#04x} on {}", static_cast<int>(insn.op),
                                isa::name_of(insn.type)));
  }
  Alu& self = alus_[static_cast<std::size_t>(alu)];
  if (self.results.empty()) {
    self.results.resize(mask_ + 1);
    self.values.resize(values_ == Values::kFull ? mask_ + 1 : 0);
  }
  Lanes scratch_a;
  Lanes scratch_b;
  const std::uint32_t* a = operand(alu, insn, insn.a, at, scratch_a);
  const std::uint32_t* b =
      isa::is_unary(insn.op) ? nullptr : operand(alu, insn, insn.b, at, scratch_b);

  const std::size_t slot = slot_of(at.value);
  self.results[slot] = {at.value, isa::chain_latency(spec_, insn).value};
  if (values_ == Values::kFull) {
    // The slot may be the one that `acc` reads; the ALU works in place.
    tlm::execute(insn, a, b, self.values[slot].data(), lanes_);
  }
  self.last = at.value;
  if (!insn.out) {
    return;
  }
  const isa::Type type = insn.op == isa::Op::kCast ? insn.to : insn.type;
  std::array<std::uint8_t*, 4> out{};
  streams_.drive_group(*insn.out, isa::bytes_of(type), isa::Geometry::vxm_x(),
                       at + isa::latency(spec_, insn), out.data());
  if (values_ == Values::kFull) {
    store(type, self.values[slot].data(), out.data(), lanes_);
  }
}

void VxmUnit::reset() {
  for (Alu& alu : alus_) {
    alu = {};
  }
}

const std::uint32_t* VxmUnit::operand(int alu, const isa::Insn& insn, isa::Source source,
                                      isa::Cycle at, Lanes& scratch) {
  switch (source.kind) {
    case isa::Source::Kind::kStream: {
      std::array<const std::uint8_t*, 4> streams{};
      streams_.take_group(source.as_stream(), isa::bytes_of(insn.type), isa::Geometry::vxm_x(), at,
                          streams.data());
      if (values_ == Values::kFull) {
        load(insn.type, streams.data(), scratch.data(), lanes_);
      }
      return scratch.data();
    }
    case isa::Source::Kind::kAlu: {
      const std::size_t slot = chained(source.value, at);
      return values_of(alus_[source.value], slot);
    }
    case isa::Source::Kind::kAcc: {
      const Alu& self = alus_[static_cast<std::size_t>(alu)];
      if (self.last == INT64_MIN) {
        throw UnitError("lpu/vxm/no-last-result", "acc is read, but this ALU has no result yet");
      }
      return values_of(self, slot_of(self.last));
    }
    case isa::Source::Kind::kImm:
      if (values_ == Values::kFull) {
        broadcast(insn.imm, scratch.data(), lanes_);
      }
      return scratch.data();
    case isa::Source::Kind::kNone:
      break;
  }
  throw UnitError("lpu/vxm/undefined-insn", "the operation needs an operand that is not given");
}

std::size_t VxmUnit::chained(int from, isa::Cycle at) const {
  if (from < isa::ChipSpec::kAlus && !alus_[static_cast<std::size_t>(from)].results.empty()) {
    const std::vector<Result>& results = alus_[static_cast<std::size_t>(from)].results;
    for (const std::int64_t latency : chain_latencies_) {
      const std::size_t slot = slot_of(at.value - latency);
      if (results[slot].at == at.value - latency && results[slot].chain_latency == latency) {
        return slot;
      }
    }
  }
  throw UnitError("lpu/vxm/nothing-to-chain",
                  fmt::format("ALU {} would have to dispatch in cycle {}", from,
                              at.value - chain_latencies_[0]));
}

const std::uint32_t* VxmUnit::values_of(const Alu& alu, std::size_t slot) const {
  return values_ == Values::kFull ? alu.values[slot].data() : nullptr;
}

}  // namespace lpu::tlm
