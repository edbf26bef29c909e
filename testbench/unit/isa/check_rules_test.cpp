// SPDX-License-Identifier: Apache-2.0
// Every rule has a program that breaks exactly it, and that says where.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "isa/check/check.h"
#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

struct Broken {
  Rule rule;
  std::string name;
  std::string text;
  int line;  // of the violation; 0: none
  std::int64_t at;
};

std::string repeated(const std::string& line, int n) {
  std::string text;
  for (int i = 0; i < n; ++i) {
    text += line + "\n";
  }
  return text;
}

/// int8 weights in mxm_e.plane0: row 0 of slices E28..E43 is driven so that it arrives at x = 28
/// in cycle `at`; then lw, and iw in the next cycle.
std::string loaded_plane(int at, const std::string& plane = "plane0",
                         const std::string& type = "i8") {
  std::string text;
  for (int j = 0; j < 16; ++j) {
    const int x = 5 + (28 + j) / 4;
    text +=
        fmt::format(".queue mem_e.slice{}\nnop {}\nread 0 -> e{}\n", 28 + j, at - (28 - x) - 1, j);
  }
  return text + fmt::format(".queue mxm_e.{}.weights\nnop {}\nlw.{} e0, 0\niw\n", plane, at, type);
}

/// Activations on e16 and e17 that arrive at x = 28 in cycle `at`.
std::string activations(int at) {
  return fmt::format(
      ".queue mem_e.slice0\nnop {0}\nread 0 -> e16\n"
      ".queue mem_e.slice1\nnop {0}\nread 0 -> e17\n",
      at - 23 - 1);
}

std::vector<Broken> broken_programs() {
  const std::string weights = loaded_plane(30);
  const std::string abc = ".queue mxm_e.plane0.activations\nnop 40\nabc.i8 e16\n";
  const std::string acc = ".queue mxm_e.plane0.accumulate\nnop 86\n";
  const std::string fp16 = loaded_plane(30, "plane0", "f16") + activations(40) +
                           ".queue mxm_e.plane0.activations\nnop 40\nabc.f16 e16, 0\n" + acc +
                           "acc 0\n";
  std::string reloaded = ".queue mxm_e.plane0.weights\nnop 18\nlw.i8 e0, 0\niw\n";
  for (int j = 0; j < 16; ++j) {
    reloaded += fmt::format(".queue mem_e.slice{}\nnop 19\nread 0 -> e{}\n", 28 + j, j);
  }
  return {
      {Rule::kWrongQueue, "MemInVxm", ".queue vxm.alu0\nread 0 -> e0\n", 2, 0},
      {Rule::kWrongQueue, "RotateInShift", ".queue sxm_e.shift\nrotate.i8 e0, 1 -> e1\n", 2, 0},
      {Rule::kFieldRange, "Row", ".queue mem_e.slice0\nread 8192 -> e0\n", 2, 0},
      {Rule::kFieldRange, "RowOfRepeat", ".queue mem_e.slice0\nread 8190 -> e0\nrepeat 2, 1, 1\n",
       2, 2},
      {Rule::kFieldRange, "StepBelowZero",
       ".queue mxm_e.plane0.weights\nnop 1\n.queue mem_e.slice0\nread 0 -> e0\nnop 5\n"
       "read 1 -> e0\nrepeat 2, 1, -1\n",
       6, 8},
      {Rule::kFieldRange, "NopOfNothing", ".queue mem_e.slice0\nnop 0\n", 2, 0},
      {Rule::kFieldRange, "ShiftByAllLanes",
       ".queue mem_e.slice43\nread 0 -> e0\n.queue sxm_e.shift\nnop 5\nshift.i8 e0, 320 -> e1\n", 5,
       0},
      {Rule::kFieldRange, "SteppedAlu", ".queue vxm.alu0\nmov.i8 1\nrepeat 1, 1, 1\n", 3, 0},
      {Rule::kFieldRange, "SteppedAluAfterARepeat",
       ".queue vxm.alu0\nmov.i8 1\nrepeat 1, 1\nrepeat 1, 1, 1\n", 4, 0},
      {Rule::kType, "TanhOfIntegers", ".queue vxm.alu0\ntanh.i8 1\n", 2, 0},
      {Rule::kType, "HalvesOnOddPlane", ".queue mxm_e.plane1.weights\nlw.f16 e0, 0\n", 2, 0},
      {Rule::kStreamAlignment, "Word", ".queue vxm.alu0\nmov.f32 1.5f -> e2\n", 2, 0},
      {Rule::kDirection, "WeightsInward", ".queue mxm_e.plane0.weights\nlw.i8 w0, 0\n", 2, 0},
      {Rule::kDirection, "ResultOutward", weights + activations(40) + abc + acc + "acc 0 -> e0\n",
       64, 0},
      {Rule::kDataRow, "Twice", ".data mem_e.slice0 0: 00...\n.data mem_e.slice0 0: 01...\n", 0, 0},
      {Rule::kDataRow, "NoSuchRow", ".data mem_e.slice0 8192: 00...\n", 0, 0},
      {Rule::kRepeatWithoutPredecessor, "First", ".queue mem_e.slice0\nrepeat 1, 1\n", 2, 0},
      {Rule::kRepeatWithoutPredecessor, "AfterNop",
       ".queue mem_e.slice0\nread 0 -> e0\nnop 3\nrepeat 1, 1\n", 4, 4},
      {Rule::kNeverNotified, "Alone", ".queue mem_e.slice0\nnop 3\nsync\nread 0 -> e0\n", 3, 3},
      {Rule::kNobodyParked, "Alone", ".queue mem_e.slice0\nnop 3\nnotify\n", 3, 3},
      {Rule::kQueueDry, "NoFetch", ".queue mem_e.slice0\n" + repeated("nop 1", 41), 42, 40},
      {Rule::kQueueDry, "LateFetch",
       ".queue mem_e.slice0\n" + repeated("nop 1", 21) + "ifetch mem_e.slice1, 0\n" +
           repeated("nop 1", 20),
       42, 40},
      {Rule::kNothingToFetch, "Short", ".queue mem_e.slice0\nifetch mem_e.slice1, 0\n", 2, 0},
      {Rule::kFetchInterval, "TwoInARow",
       ".queue mem_e.slice0\nnop 60000\nifetch mem_e.slice1, 0\nnop 38\n"
       "ifetch mem_e.slice1, 2\n" +
           repeated("nop 1", 80),
       5, 60039},
      {Rule::kQueueFull, "TwoAtOnce",
       ".queue mem_e.slice0\nifetch mem_e.slice1, 0\nnop 39\nifetch mem_e.slice1, 2\n" +
           std::string("nop 200\n") + repeated("nop 1", 100),
       4, 40},
      {Rule::kTwoDrivers, "NeighbourSlices",
       ".queue mem_e.slice0\nread 0 -> e0\n.queue mem_e.slice1\nread 0 -> e0\n", 4, 0},
      {Rule::kUndrivenOperand, "Early",
       ".queue mem_e.slice0\nread 0 -> e0\n.queue mem_e.slice4\nnop 1\nwrite e0, 0\n", 5, 1},
      {Rule::kUndrivenOperand, "Upstream",
       ".queue mem_e.slice4\nread 0 -> e0\n.queue mem_e.slice0\nwrite e0, 0\n", 4, 0},
      {Rule::kPortConflict, "ReadBesideFetch",
       ".queue mem_e.slice0\nifetch mem_e.slice1, 0\n" + repeated("nop 1", 40) +
           ".queue mem_e.slice1\nnop 1\nread 5000 -> e0\n",
       45, 1},
      {Rule::kBankConflict, "WriteBesideFetch",
       ".queue mem_e.slice0\nread 0 -> e0\nifetch mem_e.slice5, 0\n" + repeated("nop 1", 39) +
           ".queue mem_e.slice5\nnop 2\nwrite e0, 4095\n",
       45, 2},
      {Rule::kReadTooSoon, "NextCycle",
       ".queue mem_e.slice0\nread 0 -> e0\n.queue mem_e.slice4\nnop 2\nwrite e0, 7\n"
       "read 7 -> e1\n",
       6, 3},
      {Rule::kChainTiming, "OneLate",
       ".queue vxm.alu0\nmov.i8 1\n.queue vxm.alu1\nnop 4\nmov.i8 a0\n", 5, 4},
      {Rule::kNoLastResult, "First", ".queue vxm.alu0\nadd.i32 acc, 1\n", 2, 0},
      {Rule::kInstallEmpty, "First", ".queue mxm_e.plane0.weights\niw\n", 2, 0},
      {Rule::kNoWeights, "NeverInstalled", activations(40) + abc + acc + "acc 0\n", 9, 40},
      {Rule::kWeightType, "HalvesOnBytes",
       weights + activations(40) + ".queue mxm_e.plane0.activations\nnop 40\nabc.f16 e16, 1\n" +
           acc + "acc 0\n",
       61, 40},
      {Rule::kPartnerBusy, "OddPlaneHasWeights",
       fp16 + ".queue mxm_e.plane1.weights\nnop 30\nlw.i8 e0, 0\niw\n", 61, 40},
      {Rule::kNoResult, "Alone", ".queue mxm_e.plane0.accumulate\nacc 0\n", 2, 0},
      {Rule::kResultNotCollected, "NoAcc", weights + activations(40) + abc, 61, 40},
      {Rule::kEmptyAccumulator, "AddFirst", weights + activations(40) + abc + acc + "acc.add 0\n",
       64, 86},
      {Rule::kAccumulatorType, "FloatsOnIntegers",
       fp16 + reloaded +
           ".queue mem_e.slice0\nnop 19\nread 0 -> e16\n"
           ".queue mxm_e.plane0.activations\nnop 19\nabc.i8 e16\n"
           ".queue mxm_e.plane0.accumulate\nnop 19\nacc.add 0\n",
       0, 106},
      {Rule::kPermuteInterval, "EveryCycle",
       ".queue mem_e.slice43\nread 0 -> e0\nrepeat 1, 1\n.queue mem_e.slice42\nread 0 -> e2\n"
       "repeat 1, 1\n.queue mem_e.slice41\nread 0 -> e3\nrepeat 1, 1\n"
       ".queue sxm_e.permute\nnop 5\npermute.i8 e0, e2 -> e0\nrepeat 1, 1\n",
       12, 6},
      {Rule::kLinkPace, "OneTooSoon",
       ".queue mem_e.slice43\nread 0 -> e0\nrepeat 1, 26\n.queue c2c_e.link8\nnop 5\nsend e0\n"
       "repeat 1, 26\n",
       6, 31},
  };
}

std::string listing(const CheckResult& result) {
  std::string text;
  for (const Violation& v : result.violations) {
    text += text_of(v) + "\n";
  }
  return text;
}

class RuleTest : public testing::TestWithParam<Broken> {};

TEST_P(RuleTest, IsTheOnlyOneBroken) {
  const Broken& broken = GetParam();
  const CheckResult result = check(lpu1(), program_of(broken.text));
  ASSERT_EQ(result.violations.size(), 1U) << listing(result);
  const Violation& v = result.violations[0];
  EXPECT_EQ(name_of(v.rule), name_of(broken.rule)) << listing(result);
  EXPECT_EQ(v.at.value, broken.at) << listing(result);
  if (broken.line > 0) {
    EXPECT_EQ(v.line, static_cast<std::uint32_t>(broken.line)) << listing(result);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RuleTest, testing::ValuesIn(broken_programs()), [](const auto& test) {
  std::string name(name_of(test.param.rule));
  std::erase(name, '-');
  return name + "_" + test.param.name;
});

TEST(CheckTest, EveryRuleHasAProgramThatBreaksIt) {
  // These two cannot be written in assembly; the tests below build them.
  std::set<Rule> tested{Rule::kQueueCount, Rule::kMissingOperand};
  for (const Broken& broken : broken_programs()) {
    tested.insert(broken.rule);
  }
  for (const RuleInfo& info : rules()) {
    EXPECT_TRUE(tested.contains(info.rule)) << info.name;
    EXPECT_EQ(name_of(info.rule), info.name) << "the table is not in the order of the enum";
  }
}

TEST(CheckTest, AMissingQueueIsAViolation) {
  Program program = program_of("");
  program.queues.pop_back();
  EXPECT_EQ(check(lpu1(), program).violations.at(0).rule, Rule::kQueueCount);
}

TEST(CheckTest, AMissingOperandIsAViolation) {
  Program program = program_of("");
  program.queues[0] = {{.op = Op::kRead}};
  const CheckResult result = check(lpu1(), program);
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(result.violations[0].rule, Rule::kMissingOperand);
}

TEST(CheckTest, AnOddPlaneThatComputesBesideHalvesIsAViolation) {
  // The odd plane's weights arrive in the cycle of the f16, so only its abc disturbs.
  const std::string text = loaded_plane(30, "plane0", "f16") + activations(40) + R"(
.queue mxm_e.plane0.activations
nop 40
abc.f16 e16, 0
.queue mxm_e.plane0.accumulate
nop 86
acc 0
.queue mxm_e.plane1.activations
nop 40
abc.i8 e16
.queue mxm_e.plane1.accumulate
nop 86
acc 0
)";
  const CheckResult result = check(lpu1(), program_of(text));
  std::set<Rule> broken;
  for (const Violation& v : result.violations) {
    broken.insert(v.rule);
  }
  EXPECT_EQ(broken, (std::set<Rule>{Rule::kNoWeights, Rule::kPartnerBusy})) << listing(result);
}

TEST(CheckTest, AnInstallOfAnEmptyBufferFreesTheOddPlane) {
  const std::string text = loaded_plane(30, "plane0", "f16") +
                           ".queue mxm_e.plane1.weights\nnop 30\nlw.i8 e0, 0\niw\niw\n" +
                           activations(40) + R"(
.queue mxm_e.plane0.activations
nop 40
abc.f16 e16, 0
.queue mxm_e.plane0.accumulate
nop 86
acc 0 -> w0
)";
  const CheckResult result = check(lpu1(), program_of(text));
  EXPECT_TRUE(result.violations.empty()) << listing(result);
  EXPECT_EQ(result.end.value, 86 + 1 + 20);
  EXPECT_EQ(result.vector_ops, 16 + 2 + 2 * 16 + 2 + 1);
}

TEST(CheckTest, ALegalProgramHasNoViolationsAndEndsWhenItsLastSuperlaneDoes) {
  const CheckResult result = check(lpu1(), program_of(R"(
.queue mem_w.slice0
read 3 -> e0            # at x = -5 in cycle 1, at the VXM in cycle 6
.queue vxm.alu3
nop 6
add.i8 e0, 1 -> e4      # on the stream in cycle 13
.queue mem_e.slice0
nop 18
write e4, 9             # readable in cycle 20
)"));
  EXPECT_TRUE(result.violations.empty()) << listing(result);
  EXPECT_EQ(result.end.value, 20 + 20);
  EXPECT_EQ(result.vector_ops, 3);
}

TEST(CheckTest, AllViolationsOfAProgramAreFound) {
  const CheckResult result = check(lpu1(), program_of(R"(
.queue mem_w.slice0
write e0, 1
write e1, 2
read 9000 -> e0
.queue vxm.alu0
add.i8 a1, acc -> e0
)"));
  std::map<Rule, int> found;
  for (const Violation& v : result.violations) {
    ++found[v.rule];
  }
  EXPECT_EQ(found, (std::map<Rule, int>{{Rule::kUndrivenOperand, 2},
                                        {Rule::kFieldRange, 1},
                                        {Rule::kChainTiming, 1},
                                        {Rule::kNoLastResult, 1}}))
      << listing(result);
}

TEST(CheckTest, AMessageNamesCycleLineQueueInstructionAndExpectation) {
  const CheckResult result = check(lpu1(), program_of(".queue mem_w.slice7\nnop 4\nwrite e3, 1\n"));
  ASSERT_EQ(result.violations.size(), 1U);
  EXPECT_EQ(text_of(result.violations[0]),
            "cycle 4, line 3: mem_w.slice7: write e3, 1: nobody has driven what is on e3 at "
            "position -6 in this cycle [undriven-operand]");
}

}  // namespace
}  // namespace lpu::isa
