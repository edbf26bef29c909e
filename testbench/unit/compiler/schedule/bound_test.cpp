// SPDX-License-Identifier: Apache-2.0
// Bounds of operators against sums that are made here from the published latencies, and against
// schedules: none may end earlier.
#include "compiler/schedule/bound/bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/schedule/advance.h"
#include "testbench/unit/compiler/schedule/small_config.h"

namespace lpu::compiler {
namespace {

// Of the published chip, from docs/timing.md: hops from the VXM, cycles of units.
constexpr std::int64_t kMem = 5;
constexpr std::int64_t kSxm = 19;
constexpr std::int64_t kMxmIn = 28;
constexpr std::int64_t kMxmOut = 25;
constexpr std::int64_t kRead = 1;
constexpr std::int64_t kWrite = 2;
constexpr std::int64_t kAluIn = 4;
constexpr std::int64_t kAlu = 3;
constexpr std::int64_t kProduct = 47;
constexpr std::int64_t kPermute = 52;
constexpr std::int64_t kPermuteInterval = 2;
constexpr std::int64_t kLink = 21 + 217 + 21;
constexpr std::int64_t kPace = 27;

const ModelConfig kTrained = config(128, 344, 8, 4, 16);
const ModelConfig kWide = config(4096, 14336, 32, 8, 128);

fabric::SystemSpec system_of(int chips) {
  fabric::SystemSpec system;
  system.chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  system.chips = chips;
  system.flight = {217};
  return system;
}

struct Bounded {
  Compiled compiled;
  StepBound bound;
};

Bounded bounded(const ModelConfig& c, int chips, const Options& options) {
  const fabric::SystemSpec system = system_of(chips);
  const isa::Geometry geometry(system.chip);
  Compiled compiled = compile(system, c, {options, 1});
  StepBound bound =
      bound_of_step(system.chip, geometry, compiled.stages(), compiled.last().context);
  return {std::move(compiled), std::move(bound)};
}

/// Cycles by which each operator moves the end.
std::map<std::string, std::int64_t> cycles_of(const StepBound& bound) {
  std::map<std::string, std::int64_t> cycles;
  for (const Advance& a : advances(bound.phases, bound.end)) {
    cycles[a.name] = a.cycles.value;
  }
  return cycles;
}

// Width of one vector: each operator waits for nothing but the units one after the other.
TEST(BoundTest, OperatorsOfOneVectorTakeTheLatencyOfTheirUnits) {
  ModelConfig c = kTrained;
  c.num_hidden_layers = 1;
  const auto cycles = cycles_of(bounded(c, 8, {Matmul::kF16, 0, 1}).bound);
  constexpr std::int64_t kFromMem = kRead + kMem;
  constexpr std::int64_t kToMem = kMem + kWrite;
  const std::int64_t squares = kFromMem + kAluIn + 8 * kAlu + kMxmIn;
  const std::int64_t factor = kProduct + kMxmOut + kAluIn + 5 * kAlu;
  // Two parts, one half of the lanes: the second passes a cycle later.
  EXPECT_EQ(cycles.at("attention_norm"), squares + 1 + factor + 3 * kAlu + kToMem);
  const std::int64_t product = kRead + kMxmIn - kMem + kProduct + kMxmOut - kMem + kWrite;
  EXPECT_EQ(cycles.at("q"), product);
  EXPECT_EQ(cycles.at("o"), product);
  EXPECT_EQ(cycles.at("swiglu"), kFromMem + kAluIn + 7 * kAlu + kToMem);
  EXPECT_EQ(cycles.at("attention_residual"),
            kRead + kSxm - kMem + 3 * kPace + kLink + kSxm + kAluIn + 4 * kAlu + kToMem);
  // k's; the two others are done before.
  const std::int64_t turned = kRead + kSxm - kMem + kPermute + kSxm + kAluIn + 3 * kAlu + kToMem;
  EXPECT_EQ(cycles.at("v") + cycles.at("rope_q") + cycles.at("rope_k"), turned);
  const std::int64_t scores =
      kFromMem + kAluIn + 2 * kAlu + kMxmIn + kProduct + kMxmOut + kAluIn + kAlu;
  EXPECT_EQ(cycles.at("attention"), scores + 9 * kAlu - kAlu + kToMem);
}

// Of eight logits both sides spread four; the weights are there long before gate and up are done.
TEST(BoundTest, ARouterTakesTheLatencyOfItsUnits) {
  ModelConfig c = routed(kTrained, 8, 2);
  c.num_hidden_layers = 1;
  const auto cycles = cycles_of(bounded(c, 8, {Matmul::kF16, 0, 1}).bound);
  EXPECT_EQ(cycles.at("router"), kRead + kMxmIn - kMem + kProduct + kMxmOut - kMem + kWrite);
  EXPECT_EQ(cycles.at("route"), kRead + kSxm - kMem + kPermute + 3 * kPermuteInterval + kSxm +
                                    kAluIn + 9 * kAlu + kMem + kWrite);
}

// A layer of Llama-3 8B on eight chips. gate: 1,792 outputs are 6 vectors, 3 a side, each of 26
// tiles; all rows are installed but the two tiles that are there beforehand.
TEST(BoundTest, LargeMatricesWaitForTheirInstall) {
  ModelConfig c = kWide;
  c.num_hidden_layers = 1;
  const Bounded b = bounded(c, 8, {Matmul::kF16, 0, 1});
  const std::int64_t rows = 4096 / 8 + 26;  // of a vector, with its installs
  const auto cycles = cycles_of(b.bound);
  const std::int64_t one = kRead + kMxmIn - kMem + kProduct + kMxmOut - kMem + kWrite;
  EXPECT_NEAR(static_cast<double>(cycles.at("gate")), static_cast<double>(3 * rows - 41 + one), 3);
  EXPECT_EQ(cycles.at("up"), 3 * rows);
  EXPECT_EQ(limits_of(b.bound).at("up"), Limit::kInstall);
  // 13 vectors of 4 bytes; a link takes an eighth of them, twice. The product waits for its rows,
  // so the links have time.
  EXPECT_EQ(limits_of(b.bound).at("ffn_residual"), Limit::kLinks);
}

struct Case {
  const char* name;
  const ModelConfig& model;
  int chips;
  Options options;
  double times;  // the bound, at most
};

class NothingIsFasterTest : public ::testing::TestWithParam<Case> {};

// Each operator of a schedule ends when its bound does, or later.
TEST_P(NothingIsFasterTest, ThanItsBound) {
  const Case& of = GetParam();
  const Bounded b = bounded(of.model, of.chips, of.options);
  std::map<std::string, isa::Cycle> least;
  for (const Phase& phase : b.bound.phases) {
    least[phase.name] = phase.last;
  }
  const CompiledStep& step = b.compiled.last();
  for (const Phase& phase : in_order(step.schedules)) {
    EXPECT_GE(phase.last.value, least.at(phase.name).value) << phase.name;
    least.erase(phase.name);
  }
  for (const auto& [name, last] : least) {
    EXPECT_NE(name.find("kv"), std::string::npos) << name;  // nothing to do, lane by lane
  }
  EXPECT_GE(step.end, b.bound.end);
  EXPECT_LE(static_cast<double>(step.end.value), of.times * static_cast<double>(b.bound.end.value));
}

// Each chip with heads enough for several chunks.
const ModelConfig kHeads = config(4096, 1500, 8, 8, 128);

// One vector an expert; several, and more experts than chips.
const ModelConfig kRouted = routed(kTrained, 6, 2);
const ModelConfig kWideRouted = routed(config(1200, 3000, 8, 8, 128), 9, 3);

constexpr Options with(Matmul matmul, int context, Attention attention = Attention::kByLanes) {
  return {matmul, context, 1, attention};
}
const Case kCases[] = {
    {"trained_1", kTrained, 1, with(Matmul::kF16, 5), 1.2},
    {"trained_w8a16_1", kTrained, 1, with(Matmul::kW8A16, 5), 1.2},
    {"trained_2", kTrained, 2, with(Matmul::kF16, 400), 1.2},
    {"trained_4", kTrained, 4, with(Matmul::kF16, 5), 1.2},
    {"trained_8", kTrained, 8, with(Matmul::kF16, 5), 1.2},
    {"trained_w8a16_8", kTrained, 8, with(Matmul::kW8A16, 400), 1.2},
    {"trained_blocks_1", kTrained, 1, with(Matmul::kF16, 400, Attention::kInBlocks), 2.0},
    {"trained_blocks_8", kTrained, 8, with(Matmul::kF16, 700, Attention::kInBlocks), 2.0},
    {"wide_8", kWide, 8, with(Matmul::kF16, 0), 1.5},
    {"wide_w8a16_8", kWide, 8, with(Matmul::kW8A16, 0), 1.5},
    {"wide_w8a16_blocks_8", kWide, 8, with(Matmul::kW8A16, 4000, Attention::kInBlocks), 1.5},
    {"trained_w8a8_1", kTrained, 1, with(Matmul::kW8A8, 5), 1.3},
    {"trained_w8a8_8", kTrained, 8, with(Matmul::kW8A8, 5), 1.3},
    {"wide_w8a8_8", kWide, 8, with(Matmul::kW8A8, 0), 1.5},
    {"routed_1", kRouted, 1, with(Matmul::kF16, 5), 1.5},
    {"routed_w8a8_8", kRouted, 8, with(Matmul::kW8A8, 5), 1.5},
    {"wide_routed_w8a16_8", kWideRouted, 8, with(Matmul::kW8A16, 0), 1.5},
    {"heads_2", kHeads, 2, with(Matmul::kF16, 10), 1.5},
    {"heads_blocks_2", kHeads, 2, with(Matmul::kW8A16, 400, Attention::kInBlocks), 2.0},
    {"heads_blocks_8", kHeads, 8, with(Matmul::kF16, 400, Attention::kInBlocks), 2.0}};
INSTANTIATE_TEST_SUITE_P(Schedules, NothingIsFasterTest, ::testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case>& of) { return of.param.name; });

// A value goes from stage to stage; the token's way back is not faster than its bound, either.
TEST(BoundTest, StagesHandOverWhenTheirBoundDoesOrLater) {
  const fabric::SystemSpec system =
      fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/rack72.toml");
  const isa::Geometry geometry(system.chip);
  const Compiled compiled = compile(system, kTrained, {with(Matmul::kF16, 5), 1});
  ASSERT_EQ(compiled.stages().size(), 2U);
  const StepBound bound =
      bound_of_step(system.chip, geometry, compiled.stages(), compiled.last().context);
  std::multimap<std::string, isa::Cycle> least;
  for (const Phase& phase : bound.phases) {
    least.emplace(phase.name, phase.last);
  }
  for (const Phase& phase : in_order(compiled.last().schedules)) {
    ASSERT_EQ(least.count(phase.name), 1U) << phase.name;
    EXPECT_GE(phase.last, least.find(phase.name)->second) << phase.name;
  }
  // One vector of four bytes over four cables: from MEM to the global links, the other node, across
  // the chip, a local link, and to the slices nearest to it.
  constexpr std::int64_t kGlobalLink = kLink + 9;
  const auto cycles = cycles_of(bound);
  EXPECT_EQ(cycles.at("send_hidden") + cycles.at("receive_hidden"),
            kRead + kSxm - kMem + kGlobalLink + 2 * kSxm + kLink + kSxm - kMem + kWrite);
}

// Between the first and the last install of two large products, a row of weights goes into every
// plane in nine of ten cycles; in fp16 the planes of a side work together, the first has the rows.
TEST(BoundTest, PlanesTakeWeightsInNineOfTenCyclesOfLargeProducts) {
  ModelConfig wider = config(8192, 28672, 64, 8, 128);
  wider.num_hidden_layers = 1;
  ModelConfig wide = kWide;
  wide.num_hidden_layers = 1;
  const fabric::SystemSpec system = system_of(8);
  const isa::Geometry geometry(system.chip);
  for (const Matmul matmul : {Matmul::kF16, Matmul::kW8A16, Matmul::kW8A8}) {
    const Compiled compiled =
        compile(system, matmul == Matmul::kF16 ? wide : wider, {{matmul, 0, 1}, 1});
    const StepSchedule schedule = compiled.schedules(0).front();
    std::map<std::string, Phase> phases;
    for (const Phase& phase : schedule.phases) {
      phases[phase.name] = phase;
    }
    const std::int64_t begin = phases.at("layers.0.ffn_norm").last.value;
    const std::int64_t end = phases.at("layers.0.up").last.value;
    for (const isa::Hemisphere side : {isa::Hemisphere::kWest, isa::Hemisphere::kEast}) {
      for (int plane = 0; plane < (matmul == Matmul::kW8A8 ? 2 : 1); ++plane) {
        const int queue = geometry.mxm_queue(side, plane, isa::MxmQueue::kWeights);
        std::vector<std::int64_t> installs;
        std::vector<const Placed*> loads;
        for (const Placed& p : schedule.placed) {
          const bool within = p.queue == queue && p.at >= begin && p.at <= end;
          if (within && p.insn.op == isa::Op::kIw) {
            installs.push_back(p.at);
          } else if (within && p.insn.op == isa::Op::kLw) {
            loads.push_back(&p);
          }
        }
        ASSERT_GT(installs.size(), 10U);
        const auto [first, last] = std::minmax_element(installs.begin(), installs.end());
        std::int64_t rows = 0;
        for (const Placed* load : loads) {
          rows += load->at > *first && load->end() <= *last ? load->burst.cycles() : 0;
        }
        EXPECT_GE(10 * rows, 9 * (*last - *first)) << static_cast<int>(matmul) << " " << queue;
      }
    }
  }
}

}  // namespace
}  // namespace lpu::compiler
