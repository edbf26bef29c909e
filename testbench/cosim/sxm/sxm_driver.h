// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <random>

#include "isa/insn/insn.h"
#include "isa/spec/chip_spec.h"
#include "rtl/sxm/sxm_rtl.h"
#include "testbench/cosim/sxm/sxm_reference.h"
#include "tlm/mem/secded.h"

namespace lpu::rtl {

/// The six queues, in the order of isa::SxmQueue.
inline constexpr std::array kSxmOps{isa::Op::kShift,  isa::Op::kPermute,   isa::Op::kDistribute,
                                    isa::Op::kRotate, isa::Op::kTranspose, isa::Op::kTranspose};

[[nodiscard]] inline int first_port(int queue) { return queue < 4 ? 4 * queue : 16 * (queue - 3); }

/// An SXM with streams that hold `streams()` in every cycle, all with right check bits.
class SxmDriver {
 public:
  explicit SxmDriver(int superlanes)
      : rtl_(make_sxm_rtl(RtlContext::process(), "rtl", superlanes)),
        streams_(64, Bytes(static_cast<std::size_t>(16 * superlanes))) {}

  [[nodiscard]] UnitRtl& rtl() { return *rtl_; }
  [[nodiscard]] Streams& streams() { return streams_; }
  [[nodiscard]] std::size_t lanes() const { return streams_[0].size(); }

  void fill(std::mt19937& random) {
    for (Bytes& stream : streams_) {
      for (std::uint8_t& byte : stream) byte = static_cast<std::uint8_t>(random() >> 8);
    }
  }

  void present(int stream) {
    const Bytes& bytes = streams_[static_cast<std::size_t>(stream)];
    rtl_->present(stream, bytes.data(), checks_of(bytes));
  }

  /// What the streams hold goes with an instruction; clock() ends its cycle.
  void dispatch(int queue, const isa::Insn& insn) {
    rtl_->issue(queue, isa::encode(insn));
    for (const Group& group : operands_of(insn)) {
      for (int k = 0; k < group.count; ++k) present(group.first + k);
    }
  }

  [[nodiscard]] static UnitRtl::Checks checks_of(const Bytes& bytes) {
    UnitRtl::Checks checks{};
    for (std::size_t r = 0; r < bytes.size() / 16; ++r) {
      checks[r] = tlm::secded_encode(&bytes[16 * r]);
    }
    return checks;
  }

 private:
  std::unique_ptr<UnitRtl> rtl_;
  Streams streams_;
};

/// A legal instruction of a queue.
[[nodiscard]] inline isa::Insn random_insn(int queue, int lanes, std::mt19937& random) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto group = [&](int width) {
    const int first = below(64 / width) * width;
    return isa::Stream{static_cast<isa::Direction>(first / 32),
                       static_cast<std::uint8_t>(first % 32)};
  };
  isa::Insn insn;
  insn.op = kSxmOps.at(static_cast<std::size_t>(queue));
  if (insn.op == isa::Op::kTranspose) {
    insn.in = group(16);
    insn.out = group(16);
    return insn;
  }
  insn.type = static_cast<isa::Type>(below(5));
  insn.in = group(isa::bytes_of(insn.type));
  insn.out = group(isa::bytes_of(insn.type));
  if (insn.op == isa::Op::kPermute) insn.map = group(2);
  if (insn.op == isa::Op::kDistribute) insn.map = group(1);
  if (insn.op == isa::Op::kShift || insn.op == isa::Op::kRotate) {
    insn.stride = static_cast<std::int16_t>(below(2 * lanes + 5) - lanes - 2);
  }
  return insn;
}

}  // namespace lpu::rtl
