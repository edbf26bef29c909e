// SPDX-License-Identifier: Apache-2.0
// What random programs for the SXM and for links contain, seen in the programs themselves.
#include "cosim/sxm_stimulus.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "cosim/c2c_stimulus.h"

namespace lpu::cosim {
namespace {

using isa::Insn;
using isa::Op;

/// Instructions of a queue and their cycles, without the NOPs.
std::vector<std::pair<std::int64_t, Insn>> timed(const std::vector<Insn>& queue) {
  std::vector<std::pair<std::int64_t, Insn>> insns;
  std::int64_t at = 0;
  for (const Insn& insn : queue) {
    if (insn.op == Op::kNop) {
      at += insn.count;
    } else {
      insns.emplace_back(at++, insn);
    }
  }
  return insns;
}

class SxmStimulusTest : public testing::Test {
 protected:
  isa::ChipSpec spec_ = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  isa::Geometry geometry_{spec_};
};

TEST_F(SxmStimulusTest, HasEveryOperationOfEveryTypeFromBothDirectionsAndEveryDistance) {
  std::set<std::tuple<Op, isa::Type, isa::Direction, isa::Direction>> kinds;
  std::set<int> shifts;
  std::set<int> rotates;
  std::size_t faults = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    const Stimulus stimulus = sxm_stimulus(spec_, "sxm_w", random);
    const int first = geometry_.sxm_queue(isa::Hemisphere::kWest, isa::SxmQueue::kShift);
    for (int queue = first; queue < first + 6; ++queue) {
      for (const auto& [at, insn] :
           timed(stimulus.program.queues[static_cast<std::size_t>(queue)])) {
        kinds.insert({insn.op, insn.type, insn.in->dir, insn.out->dir});
        if (insn.op == Op::kShift) shifts.insert(insn.stride);
        if (insn.op == Op::kRotate) rotates.insert(insn.stride);
      }
    }
    faults += stimulus.faults.size();
  }
  // Four operations of five types and one of none, each in and out in both directions.
  EXPECT_EQ(kinds.size(), std::size_t{(4 * 5 + 1) * 4});
  EXPECT_EQ(shifts.size(), std::size_t{2 * 32 - 1});
  EXPECT_EQ(rotates.size(), std::size_t{2 * 16 - 1});
  EXPECT_GT(faults, 0U);
}

TEST_F(SxmStimulusTest, LinksSendAtThePaceAndReceiveInTheCycleOfArrivalAndLater) {
  std::set<std::int64_t> distances;  // of two sends
  std::set<std::int64_t> waits;      // of a vector for its receive
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Random random(seed);
    const Stimulus stimulus = c2c_stimulus(spec_, "c2c_e.link8", random);
    for (const int link : {8, 9}) {
      const auto from =
          timed(stimulus.program.queues[static_cast<std::size_t>(geometry_.c2c_queue(link))]);
      const auto to =
          timed(stimulus.program.queues[static_cast<std::size_t>(geometry_.c2c_queue(link ^ 1))]);
      std::vector<std::int64_t> sends;
      std::vector<std::int64_t> receives;
      for (const auto& [at, insn] : from) {
        if (insn.op == Op::kSend) sends.push_back(at);
      }
      for (const auto& [at, insn] : to) {
        if (insn.op == Op::kReceive) receives.push_back(at);
      }
      ASSERT_EQ(sends.size(), receives.size());
      for (std::size_t i = 0; i < sends.size(); ++i) {
        if (i > 0) distances.insert(sends[i] - sends[i - 1]);
        waits.insert(receives[i] - sends[i] - 21 - 217);
      }
    }
  }
  EXPECT_EQ(*distances.begin(), 27);
  EXPECT_EQ(*waits.begin(), 0);
  EXPECT_GT(distances.size(), 10U);
  EXPECT_GT(waits.size(), 10U);
}

}  // namespace
}  // namespace lpu::cosim
