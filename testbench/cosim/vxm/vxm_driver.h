// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "isa/insn/insn.h"
#include "rtl/vxm/vxm_rtl.h"
#include "tlm/mem/secded.h"

namespace lpu::rtl {

/// The Verilated vector unit as a function on values: one instruction a cycle, on each ALU in turn,
/// operands and results on streams.
class VxmDriver {
 public:
  using Words = std::vector<std::uint32_t>;

  /// Low bytes of op(a, b) as `insn.op`, `insn.type` and `insn.to` say; any number of values.
  [[nodiscard]] Words run(isa::Insn insn, const Words& a, const Words& b) {
    insn.a = isa::Source::stream({isa::Direction::kEast, 0});
    if (!isa::is_unary(insn.op)) insn.b = isa::Source::stream({isa::Direction::kEast, 8});
    insn.out = isa::Stream{isa::Direction::kWest, 16};
    const isa::Word word = isa::encode(insn);
    const int in_bytes = isa::bytes_of(insn.type);
    const int out_bytes = isa::bytes_of(insn.op == isa::Op::kCast ? insn.to : insn.type);

    const std::size_t vectors = (a.size() + kLanes - 1) / kLanes;
    Words out(vectors * kLanes);
    std::size_t done = 0;
    for (std::size_t v = 0; v < vectors + kLatency; ++v) {
      if (v < vectors) {
        present(a, v * kLanes, 0, in_bytes);
        if (!isa::is_unary(insn.op)) present(b, v * kLanes, 8, in_bytes);
        unit_->issue(static_cast<int>(v % 16), word);
      }
      unit_->clock();
      if (unit_->drives().empty()) continue;
      EXPECT_EQ(unit_->drives().size(), static_cast<std::size_t>(out_bytes));
      for (const UnitRtl::Drive& drive : unit_->drives()) {
        collect(drive, static_cast<int>(done % 16), out.data() + done * kLanes);
      }
      ++done;
    }
    EXPECT_EQ(done, vectors);
    EXPECT_EQ(unit_->errors(), 0U);
    out.resize(a.size());
    return out;
  }

  [[nodiscard]] Words run(isa::Op op, isa::Type type, const Words& a, const Words& b = {}) {
    isa::Insn insn;
    insn.op = op;
    insn.type = type;
    return run(insn, a, b);
  }

  [[nodiscard]] Words cast(isa::Type type, isa::Type to, const Words& a) {
    isa::Insn insn;
    insn.op = isa::Op::kCast;
    insn.type = type;
    insn.to = to;
    return run(insn, a, {});
  }

 private:
  static constexpr int kSuperlanes = 20;
  static constexpr std::size_t kLanes = 320;
  static constexpr std::size_t kLatency = 7;

  static UnitRtl::Checks checks_of(const std::uint8_t* vector) {
    UnitRtl::Checks checks{};
    for (std::size_t r = 0; r < kSuperlanes; ++r) checks[r] = tlm::secded_encode(vector + 16 * r);
    return checks;
  }

  void present(const Words& words, std::size_t first, int stream, int bytes) {
    std::array<std::uint8_t, kLanes> vector{};
    for (int byte = 0; byte < bytes; ++byte) {
      for (std::size_t i = 0; i < kLanes; ++i) {
        const std::uint32_t word = first + i < words.size() ? words[first + i] : 0;
        vector[i] = static_cast<std::uint8_t>(word >> (8 * byte));
      }
      unit_->present(stream + byte, vector.data(), checks_of(vector.data()));
    }
  }

  static void collect(const UnitRtl::Drive& drive, int alu, std::uint32_t* words) {
    const int byte = drive.port - 4 * alu;
    EXPECT_EQ(drive.stream, 32 + 16 + byte);
    EXPECT_TRUE(drive.whole);
    EXPECT_EQ(drive.checks, checks_of(drive.data.data()));
    for (std::size_t i = 0; i < kLanes; ++i) {
      words[i] |= std::uint32_t{drive.data[i]} << (8 * byte);
    }
  }

  std::unique_ptr<UnitRtl> unit_ = make_vxm_rtl(RtlContext::process(), "rtl", kSuperlanes);
};

}  // namespace lpu::rtl
