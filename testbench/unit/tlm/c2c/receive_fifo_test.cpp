// SPDX-License-Identifier: Apache-2.0
#include "tlm/c2c/receive_fifo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "isa/spec/chip_spec.h"
#include "tlm/common/schedule_error.h"

namespace lpu::tlm {
namespace {

constexpr int kLeaves = 21 + 20;  // after the receive

ReceiveFifo fifo(int depth) {
  static const isa::ChipSpec chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  return {chip, depth};
}

bool overflows(const std::function<void()>& call) {
  try {
    call();
  } catch (const UnitError& e) {
    EXPECT_EQ(e.id(), "lpu/c2c/fifo-overflow");
    return true;
  }
  return false;
}

TEST(ReceiveFifoTest, AVectorNeedsAPlaceWhenItArrives) {
  ReceiveFifo two = fifo(2);
  two.arrives({10});
  two.arrives({40});
  two.receives({50});
  EXPECT_TRUE(overflows([&] { two.arrives({50 + kLeaves - 1}); }));
  EXPECT_FALSE(overflows([&] { two.arrives({50 + kLeaves}); }));
  two.receives({91});
  EXPECT_TRUE(overflows([&] { two.arrives({91 + kLeaves - 1}); }));
  EXPECT_FALSE(overflows([&] { two.arrives({91 + kLeaves}); }));
}

/// Places taken in a cycle, by counting.
int taken(const std::vector<int>& arrivals, const std::vector<int>& receives, int cycle) {
  const auto came =
      std::count_if(arrivals.begin(), arrivals.end(), [&](int a) { return a <= cycle; });
  const auto left =
      std::count_if(receives.begin(), receives.end(), [&](int r) { return r + kLeaves <= cycle; });
  return static_cast<int>(came - left);
}

// Random traffic; arrivals are told up to 217 cycles ahead, as a simulation in windows does.
TEST(ReceiveFifoTest, IsFullWhenCountingSaysSo) {
  std::mt19937 random(4);
  int overflown = 0;
  for (int trial = 0; trial < 2'000; ++trial) {
    const int depth = 1 + static_cast<int>(random() % 4);
    const int ahead = static_cast<int>(random() % 217);
    std::vector<int> arrivals;
    std::vector<int> receives;
    int at = 0;
    int received = 0;
    for (int i = 0; i < 20; ++i) {
      at += 27 + static_cast<int>(random() % 60);
      arrivals.push_back(at);
      received = std::max(received + 1, at + static_cast<int>(random() % 80));
      receives.push_back(received);
    }
    bool expected = false;
    for (const int arrival : arrivals) {
      expected = expected || taken(arrivals, receives, arrival) > depth;
    }
    ReceiveFifo judged = fifo(depth);
    const bool found = overflows([&] {
      std::size_t known = 0;
      for (const int receive : receives) {
        for (; known < arrivals.size() && arrivals[known] <= receive + ahead; ++known) {
          judged.arrives({arrivals[known]});
        }
        judged.receives({receive});
      }
    });
    ASSERT_EQ(found, expected) << "trial " << trial;
    overflown += expected ? 1 : 0;
  }
  EXPECT_GT(overflown, 200);
  EXPECT_LT(overflown, 1'800);
}

}  // namespace
}  // namespace lpu::tlm
