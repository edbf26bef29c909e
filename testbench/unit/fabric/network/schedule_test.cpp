// SPDX-License-Identifier: Apache-2.0
// Routes and cycles of messages against closed forms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "fabric/schedule/network/network.h"
#include "fabric/schedule/network/network_check.h"
#include "fabric/topology/system_spec.h"
#include "isa/error/input_error.h"

namespace lpu::fabric {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kPace = 27;
constexpr std::int64_t kHop = 270;   // published, SRAM to SRAM; and from send to send
constexpr std::int64_t kLonger = 9;  // a cable between nodes: 226 cycles instead of 217
constexpr std::int64_t kCrossing = 30;
constexpr std::int64_t kFromRead = 5;    // read 1, slice to link 4
constexpr std::int64_t kToMem = 27;      // receive 21, link to slice 4, write 2
constexpr std::int64_t kUnderWay = 238;  // send 21, flight 217

class NetworkScheduleTest : public testing::Test {
 protected:
  void open(const std::string& name) {
    spec_ = read_system_spec(LPU_SOURCE_DIR "/configs/systems/" + name + ".toml");
    topology_.emplace(spec_);
  }
  NetworkSchedule scheduled(const std::vector<Message>& messages) {
    NetworkSchedule schedule = fabric::schedule(spec_.chip, *topology_, messages);
    for (const auto& violation : check(spec_.chip, *topology_, messages, schedule, 1)) {
      ADD_FAILURE() << violation.what;
    }
    return schedule;
  }
  std::string refusal(const Message& message) {
    try {
      (void)fabric::schedule(spec_.chip, *topology_, std::vector{message});
    } catch (const isa::InputError& e) {
      return e.what();
    }
    return {};
  }
  /// When the last vector of a message can be read at its end.
  static std::int64_t readable(const NetworkSchedule& schedule) {
    std::int64_t last = 0;
    for (const Way& way : schedule.ways) {
      last = std::max(last, way.hops.back().receive.value + kToMem);
    }
    return last;
  }

  SystemSpec spec_;
  std::optional<Topology> topology_;
};

TEST_F(NetworkScheduleTest, OneHopTakesThePublished270Cycles) {
  open("node8");
  const auto schedule = scheduled({{2, 7, 1, {100}}});
  ASSERT_EQ(schedule.ways.size(), 1U);
  ASSERT_EQ(schedule.ways[0].hops.size(), 1U);
  EXPECT_EQ(schedule.ways[0].hops[0].from, (LinkEnd{2, (2 ^ 7) - 1}));
  EXPECT_EQ(schedule.ways[0].hops[0].send.value, 100 + kFromRead);
  EXPECT_EQ(schedule.ways[0].hops[0].receive.value, 100 + kFromRead + kUnderWay);
  EXPECT_EQ(readable(schedule), 100 + kHop);
}

TEST_F(NetworkScheduleTest, VectorsFollowEachOtherAtThePaceOfTheLink) {
  open("pair");
  const auto schedule = scheduled({{0, 1, 50, {0}}});
  EXPECT_EQ(readable(schedule), kHop + 49 * kPace);
}

// By way of another chip a vector takes a hop more. So the direct way takes the vectors that it can
// send in that time, and what remains is spread over it and six detours, a vector each in 27
// cycles: the number of vectors within T is T / 27 + 1 direct, (T - 270) / 27 + 1 on each detour.
TEST_F(NetworkScheduleTest, TheSplitBetweenDirectWayAndDetoursFollowsFromTheSize) {
  open("node8");
  for (const int vectors : {1, 5, 10, 11, 30, 100, 1000}) {
    std::int64_t within = 0;
    const auto possible = [&within] {
      return within / kPace + 1 + (within < kHop ? 0 : 6 * ((within - kHop) / kPace + 1));
    };
    while (possible() < vectors) {
      ++within;
    }
    const auto schedule = scheduled({{0, 1, vectors, {0}}});
    const std::int64_t took = readable(schedule);
    EXPECT_GE(took, kHop + within) << vectors;
    EXPECT_LE(took, kHop + within + kPace) << vectors;  // MEM ports and queues are shared
    const auto direct = std::count_if(schedule.ways.begin(), schedule.ways.end(),
                                      [](const Way& way) { return way.hops.size() == 1; });
    EXPECT_NEAR(static_cast<double>(direct), static_cast<double>(within / kPace + 1), 1.0)
        << vectors;
    EXPECT_TRUE(vectors > 10 || direct == vectors);
  }
}

// A hop over a cable between nodes takes 9 cycles more. A vector that comes from the west and goes
// on to the east, or the other way round, passes 38 registers on that chip instead of 8.
TEST_F(NetworkScheduleTest, EachHopOnTheWayCostsAHop) {
  open("dragonfly264");
  int crossings = 0;
  for (int to = 1; to < 264; ++to) {
    const auto schedule = scheduled({{0, to, 1, {0}}});
    const auto& hops = schedule.ways[0].hops;
    EXPECT_EQ(static_cast<int>(hops.size()), topology_->hops(0, to));
    std::int64_t expected = 0;
    for (std::size_t i = 0; i < hops.size(); ++i) {
      expected += kHop + (hops[i].from.link >= 8 ? kLonger : 0);
      if (i > 0 && (topology_->peer(hops[i - 1].from)->link < 8) != (hops[i].from.link < 8)) {
        expected += kCrossing;
        ++crossings;
      }
    }
    EXPECT_EQ(readable(schedule), expected) << to;
  }
  EXPECT_GT(crossings, 0);
}

// Seven chips send to one: each link of it takes a vector in 27 cycles.
TEST_F(NetworkScheduleTest, EveryLinkOfAReceiverIsUsed) {
  open("node8");
  std::vector<Message> messages;
  for (int chip = 1; chip < 8; ++chip) {
    messages.push_back({chip, 0, 40, {0}});
  }
  const std::int64_t took = readable(scheduled(messages));
  EXPECT_GE(took, kHop + 39 * kPace);
  EXPECT_LE(took, kHop + 40 * kPace);
}

TEST_F(NetworkScheduleTest, WaysGoAroundWhatIsOutOfOrder) {
  open("node8");
  spec_.outages.links = {{2, (2 ^ 7) - 1}};
  spec_.outages.chips = {5};
  topology_.emplace(spec_);
  const auto schedule = scheduled({{2, 7, 30, {0}}});
  EXPECT_EQ(schedule.ways.front().hops.front().send.value, kFromRead);
  for (const Way& way : schedule.ways) {
    EXPECT_EQ(way.hops.size(), 2U);
    EXPECT_NE(way.hops[1].from.chip, 5);
  }
  EXPECT_THAT(refusal({2, 5, 1, {0}}), HasSubstr("chip 2 to 5: there is no way"));
}

TEST_F(NetworkScheduleTest, AMessageGoesFromOneChipToAnother) {
  open("pair");
  EXPECT_THAT(refusal({0, 2, 1, {0}}), HasSubstr("chip 0 to 2: the system has chips 0 to 1"));
  EXPECT_THAT(refusal({-1, 1, 1, {0}}), HasSubstr("the system has chips 0 to 1"));
  EXPECT_THAT(refusal({1, 1, 1, {0}}), HasSubstr("to another chip"));
  EXPECT_THAT(refusal({0, 1, 0, {0}}), HasSubstr("at least one vector"));
  EXPECT_THAT(refusal({0, 1, 1, {-1}}), HasSubstr("cycle 0 or later"));
  EXPECT_THAT(refusal({0, 1, 1, {0}}), IsEmpty());
}

TEST_F(NetworkScheduleTest, WhatDoesNotFitIntoMemIsRefused) {
  open("tiny-pair");
  spec_.chip.mem_rows = 4;  // in 16 slices
  EXPECT_THAT(refusal({0, 1, 64, {0}}), IsEmpty());
  EXPECT_THAT(refusal({0, 1, 65, {0}}), HasSubstr("do not fit"));
}

}  // namespace
}  // namespace lpu::fabric
