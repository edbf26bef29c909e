// SPDX-License-Identifier: Apache-2.0
// What random programs for the vector unit contain, seen in the programs themselves.
#include "cosim/vxm_stimulus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "tlm/vxm/alu.h"

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::Op;
using isa::Type;

/// Operation, type, type of a cast's result.
using Kind = std::tuple<Op, Type, Type>;

class VxmStimulusTest : public testing::Test {
 protected:
  static constexpr std::int64_t kChain = 3;

  void look_at(const Stimulus& stimulus) {
    const isa::Geometry geometry(spec_);
    std::map<std::pair<int, std::int64_t>, int> chains;  // by ALU and cycle
    std::map<std::pair<std::int64_t, int>, Insn> insns;  // in the order of cycles
    for (int alu = 0; alu < 16; ++alu) {
      std::int64_t at = 0;
      for (const Insn& insn :
           stimulus.program.queues[static_cast<std::size_t>(geometry.vxm_queue(alu))]) {
        if (insn.op == Op::kNop) {
          at += insn.count;
        } else {
          insns[{at++, alu}] = insn;
        }
      }
    }
    for (const auto& [where, insn] : insns) {
      const auto [at, alu] = where;
      kinds_.insert({insn.op, insn.type, insn.op == Op::kCast ? insn.to : Type::kI8});
      int length = 1;
      for (const isa::Source source : {insn.a, insn.b}) {
        sources_.insert(source.kind);
        if (source.kind == isa::Source::Kind::kAlu) {
          length = std::max(length, 1 + chains.at({source.value, at - kChain}));
        }
      }
      chains[{alu, at}] = length;
      longest_ = std::max(longest_, length);
    }
    faults_ += stimulus.faults.size();
  }

  isa::ChipSpec spec_ = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  std::set<Kind> kinds_;
  std::set<isa::Source::Kind> sources_;
  int longest_{0};
  std::size_t faults_{0};
};

TEST_F(VxmStimulusTest, HasEveryOperationEveryOperandAndLongChains) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    look_at(vxm_stimulus(spec_, "vxm", random));
  }
  std::size_t kinds = 0;
  for (const isa::OpInfo& op : isa::vxm_ops()) {
    for (int type = 0; type < 5; ++type) {
      if (tlm::supports(op.op, static_cast<Type>(type))) kinds += op.op == Op::kCast ? 5 : 1;
    }
  }
  EXPECT_EQ(kinds_.size(), kinds);
  EXPECT_EQ(sources_.size(), 5U);
  EXPECT_GE(longest_, 16);
  EXPECT_GT(faults_, 0U);
}

}  // namespace
}  // namespace lpu::cosim
