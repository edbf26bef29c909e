// SPDX-License-Identifier: Apache-2.0
// The RTL SXM against the model's functions and against arithmetic of the test's own, in every
// cycle, on random legal schedules of all six queues.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "testbench/cosim/sxm/sxm_driver.h"

namespace lpu::rtl {
namespace {

constexpr std::array kLatency{19, 52, 2, 2, 4, 4};

struct Traffic {
  std::string name;
  int superlanes;
  int cycles;
  int percent;  // that a queue dispatches in a cycle
};

class SxmRandom : public testing::TestWithParam<Traffic> {
 protected:
  /// Half of the lanes of a map are lanes, some are near the ends, the rest is any bits.
  void make_map(int stream, bool wide) {
    Streams& streams = sxm_.streams();
    for (std::size_t i = 0; i < sxm_.lanes(); ++i) {
      const auto kind = random_() % 8;
      auto value = static_cast<std::uint32_t>(random_());
      if (kind < 4) value %= static_cast<std::uint32_t>(sxm_.lanes());
      if (kind == 4) value = static_cast<std::uint32_t>(sxm_.lanes()) - 2 + value % 4;
      streams[static_cast<std::size_t>(stream)][i] = static_cast<std::uint8_t>(value);
      if (wide)
        streams[static_cast<std::size_t>(stream) + 1][i] = static_cast<std::uint8_t>(value >> 8);
    }
  }

  bool percent(int share) { return static_cast<int>(random_() % 100) < share; }

  static constexpr unsigned kSeed = 20;
  std::mt19937 random_{kSeed};
  SxmDriver sxm_{GetParam().superlanes};
};

TEST_P(SxmRandom, AgreesInEveryCycle) {
  std::cout << "seed " << kSeed << '\n';
  UnitRtl& rtl = sxm_.rtl();
  // Cycle and port -> stream and vector.
  std::map<std::pair<int, int>, std::pair<int, Bytes>> due;
  int next_permute = 0;
  int compared = 0;
  for (int cycle = 0; cycle < GetParam().cycles; ++cycle) {
    std::vector<std::pair<int, isa::Insn>> dispatched;
    for (int queue = 0; queue < 6; ++queue) {
      if (!percent(GetParam().percent) || (queue == 1 && cycle < next_permute)) continue;
      if (queue == 1) next_permute = cycle + 2;
      dispatched.emplace_back(queue, random_insn(queue, static_cast<int>(sxm_.lanes()), random_));
    }
    sxm_.fill(random_);
    for (const auto& [queue, insn] : dispatched) {
      if (queue == 1 || queue == 2) make_map(operands_of(insn)[1].first, queue == 1);
    }
    // Single errors in a few streams; every operand that takes the word corrects it.
    std::vector<int> damaged(64, 0);
    for (int stream = 0; stream < 64; ++stream) {
      if (!percent(10)) continue;
      damaged[static_cast<std::size_t>(stream)] = 1;
    }
    int corrected = 0;
    for (const auto& [queue, insn] : dispatched) {
      sxm_.dispatch(queue, insn);
      const std::vector<Bytes> result = by_hand(insn, sxm_.streams());
      ASSERT_EQ(result, by_model(insn, sxm_.streams())) << "cycle " << cycle;
      const int at = cycle + kLatency.at(static_cast<std::size_t>(queue));
      for (std::size_t k = 0; k < result.size(); ++k) {
        const int port = static_cast<int>(k);
        due[{at, first_port(queue) + port}] = {result_of(insn).first + port, result[k]};
      }
      for (const Group& group : operands_of(insn)) {
        for (int k = 0; k < group.count; ++k) {
          corrected += damaged[static_cast<std::size_t>(group.first + k)];
        }
      }
    }
    for (int stream = 0; stream < 64; ++stream) {
      if (damaged[static_cast<std::size_t>(stream)] == 0) continue;
      Bytes bytes = sxm_.streams()[static_cast<std::size_t>(stream)];
      const auto checks = SxmDriver::checks_of(bytes);
      bytes[random_() % bytes.size()] ^= static_cast<std::uint8_t>(1 << random_() % 8);
      rtl.present(stream, bytes.data(), checks);
    }

    rtl.clock();
    ASSERT_EQ(rtl.corrected(), corrected) << "cycle " << cycle;
    ASSERT_FALSE(rtl.uncorrectable());
    for (const UnitRtl::Drive& drive : rtl.drives()) {
      const auto expected = due.find({cycle + 1, drive.port});
      ASSERT_NE(expected, due.end()) << "cycle " << cycle << " port " << drive.port;
      ASSERT_TRUE(drive.whole);
      ASSERT_EQ(drive.stream, expected->second.first);
      ASSERT_EQ(drive.data, expected->second.second) << "cycle " << cycle << " port " << drive.port;
      ASSERT_EQ(drive.checks, SxmDriver::checks_of(drive.data));
      due.erase(expected);
      ++compared;
    }
    // What was due in this cycle has been seen.
    ASSERT_TRUE(due.empty() || due.begin()->first.first > cycle + 1) << "cycle " << cycle;
  }
  EXPECT_EQ(rtl.errors(), 0U);
  EXPECT_GT(compared, GetParam().cycles);
}

INSTANTIATE_TEST_SUITE_P(Traffic, SxmRandom,
                         testing::Values(Traffic{"Small", 2, 30'000, 30},
                                         Traffic{"SmallBusy", 2, 15'000, 100},
                                         Traffic{"Full", 20, 4'000, 30},
                                         Traffic{"FullBusy", 20, 2'000, 100}),
                         [](const auto& traffic) { return traffic.param.name; });

}  // namespace
}  // namespace lpu::rtl
