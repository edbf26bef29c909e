// SPDX-License-Identifier: Apache-2.0
// What random programs for a MEM slice contain, seen in the programs themselves.
#include "cosim/mem_stimulus.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::Op;

class MemStimulusTest : public testing::Test {
 protected:
  static constexpr std::int64_t kWriteLatency = 2;

  void look_at(const Stimulus& stimulus) {
    const isa::Geometry geometry(spec_);
    const int queue = geometry.find("mem_e.slice3").value();
    std::map<std::int64_t, Insn> insns;  // by cycle
    std::int64_t at = 0;
    for (const Insn& insn : stimulus.program.queues[static_cast<std::size_t>(queue)]) {
      if (insn.op == Op::kNop) {
        at += insn.count;
      } else {
        insns[at++] = insn;
      }
    }
    for (const auto& [cycle, insn] : insns) {
      for (const auto& stream : {insn.out, insn.in, insn.map}) {
        if (stream) directions_.insert({insn.op, stream->dir});
      }
      if (insn.op == Op::kRead || insn.op == Op::kWrite) {
        banks_.insert({insn.op, insn.addr >= spec_.mem_rows / 2});
      }
      if (const auto before = insns.find(cycle - 1); before != insns.end()) {
        neighbours_.insert({before->second.op, insn.op});
      }
      const auto written = insns.find(cycle - kWriteLatency);
      reads_in_first_cycle_ += insn.op == Op::kRead && written != insns.end() &&
                               written->second.op == Op::kWrite &&
                               written->second.addr == insn.addr;
    }
    faults_ += stimulus.faults.size();
  }

  isa::ChipSpec spec_ = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  std::set<std::pair<Op, isa::Direction>> directions_;
  std::set<std::pair<Op, bool>> banks_;
  std::set<std::pair<Op, Op>> neighbours_;
  int reads_in_first_cycle_{0};
  std::size_t faults_{0};
};

TEST_F(MemStimulusTest, HasEveryOperationAfterEveryOtherAndRowsReadAsSoonAsTheyMay) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    look_at(mem_stimulus(spec_, "mem_e.slice3", random));
  }
  EXPECT_EQ(directions_.size(), 8U) << "four operations, both directions";
  EXPECT_EQ(banks_.size(), 4U);
  EXPECT_EQ(neighbours_.size(), 16U);
  EXPECT_GT(reads_in_first_cycle_, 0);
  EXPECT_GT(faults_, 0U);
}

}  // namespace
}  // namespace lpu::cosim
