// SPDX-License-Identifier: Apache-2.0
// Eight chips give a vector to each other, all at the same time, in one hop of 270 cycles.
#include <algorithm>
#include <chrono>
#include <functional>

#include "fabric/schedule/clusters.h"
#include "testbench/system/system_fixture.h"

namespace lpu::testbench {
namespace {

class Recorder : public traces::Sink {
 public:
  void record(const traces::Event& event) override { events.push_back(event); }
  std::vector<traces::Event> events;
};

/// Cycles a window; 0 is the flight time.
class ExchangeTest : public SystemTest, public testing::WithParamInterface<int> {
 protected:
  static std::uint8_t value(int chip, int lane) {
    return static_cast<std::uint8_t>(37 * chip + 3 * lane + 1);
  }

  fabric::SystemSpec spec_{read_spec("node8")};
  Exchange exchange_;
  fabric::ProgramSet programs_{programs(spec_, exchange_.text())};
};

TEST_P(ExchangeTest, EveryPairOfChipsExchangesInOneHop) {
  fabric::System::Config config;
  config.spec = spec_;
  config.window = {GetParam()};
  fabric::System system("lpu", config);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(spec_.chip.lanes()));
  for (int chip = 0; chip < spec_.chips; ++chip) {
    for (std::size_t lane = 0; lane < row.size(); ++lane) {
      row[lane] = value(chip, static_cast<int>(lane));
    }
    system.chip(chip).write_vector(Exchange::kFirstSlice, Exchange::kRow, row);
  }

  const auto result = fabric::run(system, programs_, {});

  // Read in cycle 0 and readable 270 cycles later at the nearest slices, 271 at the others.
  EXPECT_EQ(exchange_.write_at(0) + 2, 270);
  EXPECT_EQ(result.end.value, exchange_.end());
  EXPECT_EQ(result.statistics.link_vectors, 8 * 7);
  for (int chip = 0; chip < spec_.chips; ++chip) {
    for (int link = 0; link < exchange_.links; ++link) {
      const auto got =
          system.chip(chip).read_vector(Exchange::slice_of(link), Exchange::kReceivedRow);
      const int sender = chip ^ (link + 1);
      for (int lane = 0; lane < static_cast<int>(got.size()); ++lane) {
        ASSERT_EQ(got[static_cast<std::size_t>(lane)], value(sender, lane))
            << "chip " << chip << " link " << link << " lane " << lane;
      }
    }
  }
}

TEST_P(ExchangeTest, EventsAreThoseOfTheTimelinesInOrder) {
  Recorder recorder;
  fabric::RunOptions options;
  options.window = {GetParam()};
  options.values = tlm::Values::kNone;
  options.sink = &recorder;
  const auto result = fabric::run(spec_, programs_, options);
  EXPECT_EQ(result.end.value, exchange_.end());

  std::vector<traces::Event> expected;
  const auto issues = issues_of(spec_, programs_);
  for (std::size_t chip = 0; chip < issues.size(); ++chip) {
    for (const isa::Issue& issue : issues[chip]) {
      expected.push_back({issue.at, static_cast<std::uint16_t>(chip),
                          static_cast<std::uint16_t>(issue.queue), issue.insn});
    }
  }
  std::sort(expected.begin(), expected.end(), traces::earlier);
  ASSERT_EQ(recorder.events.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_FALSE(traces::earlier(recorder.events[i], expected[i]) ||
                 traces::earlier(expected[i], recorder.events[i]))
        << "event " << i;
    ASSERT_EQ(recorder.events[i].insn, expected[i].insn) << "event " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Windows, ExchangeTest, testing::Values(0, 1, 64));

// Nine nodes that have nothing to do with each other run ahead of the kernel one by one, unless
// someone looks on.
TEST_F(SystemTest, ClustersAheadOfTheKernelDoTheSameAsWindowByWindow) {
  fabric::System::Config config;
  config.spec = read_spec("rack72");
  fabric::System system("lpu", config);
  const Exchange exchange;
  const auto set = programs(config.spec, exchange.text());
  ASSERT_EQ(clusters_of(config.spec.chip, system.topology(), set).size(), 9U);
  Recorder recorder;
  for (const bool observed : {false, true}) {
    const auto bytes = static_cast<std::size_t>(config.spec.chip.lanes());
    for (int chip = 0; chip < system.chips(); ++chip) {
      const auto value = static_cast<std::uint8_t>(chip + 100 * observed);
      system.write_vector(chip, Exchange::kFirstSlice, Exchange::kRow,
                          std::vector<std::uint8_t>(bytes, value));
    }
    fabric::RunOptions options;
    options.sink = observed ? &recorder : nullptr;
    const auto result = fabric::run(system, set, options);
    EXPECT_EQ((result.end - result.start).value, exchange.end());
    EXPECT_EQ(result.statistics.link_vectors, (observed ? 2 : 1) * 72 * 7);
    for (int chip = 0; chip < system.chips(); ++chip) {
      for (int link = 0; link < exchange.links; ++link) {
        const int sender = chip / 8 * 8 + (chip % 8 ^ (link + 1));
        ASSERT_EQ(system.read_vector(chip, Exchange::slice_of(link), Exchange::kReceivedRow)[7],
                  sender + 100 * observed);
      }
    }
  }
  EXPECT_FALSE(recorder.events.empty());
}

// What RTL in a waveform is brought along by.
TEST_F(SystemTest, InWindowsOfOneCycleTheCallbackFollowsEveryDispatchAndEndsWithTheRun) {
  fabric::System::Config config;
  config.spec = read_spec("pair");
  config.values = tlm::Values::kNone;
  config.window = {1};
  fabric::System system("lpu", config);
  const Exchange one_link{.links = 1};
  const auto set = programs(config.spec, one_link.text());
  for (int run = 0; run < 2; ++run) {
    Recorder recorder;
    std::vector<std::int64_t> ends;
    fabric::RunOptions options;
    options.sink = &recorder;
    options.on_window = [&](fabric::System&, isa::Cycle end) { ends.push_back(end.value); };
    const auto result = fabric::run(system, set, options);
    EXPECT_EQ(std::adjacent_find(ends.begin(), ends.end(), std::greater_equal<>()), ends.end());
    EXPECT_EQ(ends.back(), result.end.value);
    ASSERT_FALSE(recorder.events.empty());
    for (const traces::Event& event : recorder.events) {
      EXPECT_TRUE(std::binary_search(ends.begin(), ends.end(), event.at.value + 1))
          << "run " << run << " cycle " << event.at.value;
    }
  }
}

TEST_F(SystemTest, ASecondRunTakesAsLongAsTheFirst) {
  const auto spec = read_spec("pair");
  fabric::System::Config config;
  config.spec = spec;
  config.values = tlm::Values::kNone;
  fabric::System system("lpu", config);
  const auto set = programs(spec, Exchange{.links = 1}.text());
  const auto first = fabric::run(system, set, {});
  const auto second = fabric::run(system, set, {});
  EXPECT_EQ(second.start, first.end + isa::Cycles{spec.chip.c2c_send_latency} + spec.flight);
  EXPECT_EQ(second.end - second.start, first.end - first.start);
}

TEST_F(SystemTest, ANodeIsBuiltInLessThanASecond) {
  const auto begin = std::chrono::steady_clock::now();
  fabric::System::Config config;
  config.spec = read_spec("node8");
  const fabric::System system("lpu", config);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(system.statistics().links.size(), 56U);
  EXPECT_LT(wall.count(), 1.0);
  RecordProperty("seconds", std::to_string(wall.count()));
}

}  // namespace
}  // namespace lpu::testbench
