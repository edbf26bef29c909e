// SPDX-License-Identifier: Apache-2.0
// What is published about the machine, held against the contract.
#include <gtest/gtest.h>

#include <set>

#include "isa/check/check.h"
#include "isa/program/timeline.h"
#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

std::string listing(const CheckResult& result) {
  std::string text;
  for (const Violation& v : result.violations) {
    text += text_of(v) + "\n";
  }
  return text;
}

Program empty_program(const ChipSpec& spec) {
  Program program;
  program.queues.resize(static_cast<std::size_t>(Geometry(spec).queues()));
  return program;
}

Insn nop(std::int64_t n) {
  Insn insn;
  insn.op = Op::kNop;
  insn.count = static_cast<std::uint16_t>(n);
  return insn;
}

TEST(PublishedFacts, AChipHas220MiBAndNotARowMore) {
  const ChipSpec spec = lpu1();
  EXPECT_EQ(spec.mem_bytes(), std::int64_t{220} * 1024 * 1024);
  Program program = empty_program(spec);
  std::int64_t bytes = 0;
  for (int slice = 0; slice < 2 * spec.mem_slices; ++slice) {
    for (int row = 0; row < spec.mem_rows; ++row) {
      program.data.push_back({static_cast<std::uint16_t>(slice), static_cast<std::uint16_t>(row),
                              std::vector<std::uint8_t>(320)});
      bytes += spec.lanes();
    }
  }
  EXPECT_EQ(bytes, spec.mem_bytes());
  EXPECT_TRUE(check(spec, program).violations.empty());
  program.data.push_back(
      {0, static_cast<std::uint16_t>(spec.mem_rows), std::vector<std::uint8_t>(320)});
  const CheckResult result = check(spec, program);
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].rule, Rule::kDataRow);
}

TEST(PublishedFacts, StreamsCarry20480BytesACycle) {
  const ChipSpec spec = lpu1();
  EXPECT_EQ(2 * spec.streams * spec.lanes(), 20480);
  // 64 slices drive all streams of both directions in each of ten cycles. Those of a side are
  // on one diagonal when they reach the VXM's position.
  Program program = empty_program(spec);
  const Geometry g(spec);
  for (const Hemisphere h : {Hemisphere::kWest, Hemisphere::kEast}) {
    for (int i = 0; i < 32; ++i) {
      const int q = g.mem_queue(h, i);
      Insn read;
      read.op = Op::kRead;
      read.out = Stream{inward(h), static_cast<std::uint8_t>(i)};
      Insn repeat;
      repeat.op = Op::kRepeat;
      repeat.count = 9;
      const int x = std::abs(g.mem_x(h, i));
      auto& queue = program.queues[static_cast<std::size_t>(q)];
      if (x < 12) {
        queue.push_back(nop(12 - x));
      }
      queue.push_back(read);
      queue.push_back(repeat);
    }
  }
  const CheckResult result = check(spec, program);
  EXPECT_TRUE(result.violations.empty()) << listing(result);
  EXPECT_EQ(result.vector_ops, 64 * 10);
  EXPECT_EQ(result.vector_ops * spec.lanes() / 10, 20480);
}

TEST(PublishedFacts, AChipHas144QueuesWithNamesOfTheirOwn) {
  const Geometry g(lpu1());
  EXPECT_EQ(g.queues(), 144);
  std::set<std::string> names;
  for (int q = 0; q < g.queues(); ++q) {
    names.insert(g.name(q));
    EXPECT_EQ(g.find(g.name(q)), q);
  }
  EXPECT_EQ(names.size(), 144U);
}

TEST(PublishedFacts, ABarrierTakes35Cycles) {
  const ChipSpec spec = lpu1();
  const Program program = program_of(R"(
.queue mem_w.slice0
sync
read 0 -> e0
.queue mem_e.slice0
nop 100
notify
)");
  const Timeline line = resolve(spec, program);
  ASSERT_EQ(line.issues.size(), 1U);
  EXPECT_EQ(line.issues[0].at.value, 100 + 35);
  EXPECT_TRUE(check(spec, program).violations.empty());
}

/// Weights of both planes of a hemisphere, 40 groups of 16 rows. The nearest slices to the MXM
/// are heard first: four groups come from the 16 outermost slices, then both planes are
/// loaded at once from 32 slices.
class FourPlanes {
 public:
  explicit FourPlanes(const ChipSpec& spec) : g_(spec), program_(empty_program(spec)) {
    for (const Hemisphere h : {Hemisphere::kWest, Hemisphere::kEast}) {
      load_hemisphere(h);
    }
  }
  [[nodiscard]] const Program& program() const { return program_; }

 private:
  static constexpr int kFirst = 17;  // slice 28 drives at x = 12 in cycle 1, 16 hops from x = 28

  void load_hemisphere(Hemisphere h) {
    for (int i = 0; i < 4; ++i) {
      load(h, i / 2, i % 2, kFirst + i, 0);
    }
    for (int i = 0; i < 18; ++i) {
      load(h, 0, 2 + i, kFirst + 4 + i, 0);
      load(h, 1, 2 + i, kFirst + 4 + i, 16);
    }
  }

  /// One lw in cycle `at`; stream base + j comes from slice 28 + j, or 12 + j for base 16.
  void load(Hemisphere h, int plane, int group, std::int64_t at, int base) {
    for (int j = 0; j < 16; ++j) {
      const int slice = (base == 0 ? 28 : 12) + j;
      Insn read;
      read.op = Op::kRead;
      read.addr = static_cast<std::uint16_t>(plane * 20 + group);
      read.out = Stream{outward(h), static_cast<std::uint8_t>(base + j)};
      const std::int64_t hops = std::abs(g_.mxm_in_x(h) - g_.mem_x(h, slice));
      issue(g_.mem_queue(h, slice), at - hops - 1, read);
    }
    Insn lw;
    lw.op = Op::kLw;
    lw.addr = static_cast<std::uint16_t>(group);
    lw.in = Stream{outward(h), static_cast<std::uint8_t>(base)};
    issue(g_.mxm_queue(h, plane, MxmQueue::kWeights), at, lw);
  }

  void issue(int queue, std::int64_t at, const Insn& insn) {
    auto& insns = program_.queues[static_cast<std::size_t>(queue)];
    std::int64_t& next = next_[static_cast<std::size_t>(queue)];
    ASSERT_GE(at, next);
    if (at > next) {
      insns.push_back(nop(at - next));
    }
    insns.push_back(insn);
    next = at + 1;
  }

  Geometry g_;
  Program program_;
  std::array<std::int64_t, 144> next_{};
};

TEST(PublishedFacts, AllFourPlanesAreLoadedInUnder40Cycles) {
  const ChipSpec spec = lpu1();
  const Program program = FourPlanes(spec).program();
  const CheckResult result = check(spec, program);
  EXPECT_TRUE(result.violations.empty()) << listing(result);
  // 409,600 weights: a read and a stream taken for each vector of 320.
  EXPECT_EQ(result.vector_ops, 2 * 409600 / 320);
  const Timeline line = resolve(spec, program);
  EXPECT_EQ(line.issues.front().at.value, 0);
  EXPECT_EQ(line.issues.back().at.value, 38) << "the 39th cycle loads the last group";
  EXPECT_LT(result.end.value - spec.superlanes, 40);
}

TEST(PublishedFacts, ActivationsComeBackAfter47Cycles) {
  const ChipSpec spec = lpu1();
  Insn abc;
  abc.op = Op::kAbc;
  Insn acc;
  acc.op = Op::kAcc;
  EXPECT_EQ((latency(spec, abc) + latency(spec, acc)).value, 47);
}

TEST(PublishedFacts, AHopFromMemToMemIs270Cycles) {
  // Read in E40, over four hops to C2C, 217 cycles of link, back to E40 and written.
  const ChipSpec spec = lpu1();
  const Geometry g(spec);
  Insn insn;
  const auto cycles = [&](Op op) {
    insn.op = op;
    return latency(spec, insn).value;
  };
  const std::int64_t hops = g.sxm_x(Hemisphere::kEast) - g.mem_x(Hemisphere::kEast, 40);
  EXPECT_EQ(cycles(Op::kRead) + hops + cycles(Op::kSend) + 217 + cycles(Op::kReceive) + hops +
                cycles(Op::kWrite),
            270);
}

}  // namespace
}  // namespace lpu::isa
