// SPDX-License-Identifier: Apache-2.0
#include "tlm/icu/calendar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace lpu::tlm {
namespace {

std::vector<int> taken(Calendar& calendar, std::int64_t at) {
  std::vector<int> queues;
  calendar.take(at, [&queues](int queue) { queues.push_back(queue); });
  return queues;
}

TEST(CalendarTest, AnEmptyOneHasNoNextCycle) { EXPECT_EQ(Calendar(144).next(), Calendar::kNever); }

TEST(CalendarTest, QueuesOfOneCycleComeInTheirOrder) {
  Calendar calendar(144);
  calendar.add(143, {7});
  calendar.add(0, {7});
  calendar.add(64, {7});
  EXPECT_EQ(calendar.next(), 7);
  EXPECT_EQ(taken(calendar, 7), (std::vector<int>{0, 64, 143}));
  EXPECT_EQ(calendar.next(), Calendar::kNever);
}

TEST(CalendarTest, LaterCyclesWaitInTheHeap) {
  Calendar calendar(144);
  calendar.add(5, {255});
  calendar.add(6, {256});
  calendar.add(7, {1000000});
  EXPECT_EQ(calendar.next(), 255);
  EXPECT_EQ(taken(calendar, 255), std::vector<int>{5});
  EXPECT_EQ(calendar.next(), 256);
  EXPECT_EQ(taken(calendar, 256), std::vector<int>{6});
  EXPECT_EQ(calendar.next(), 1000000);
  EXPECT_EQ(taken(calendar, 1000000), std::vector<int>{7});
}

TEST(CalendarTest, AgreesWithASortedMapOnRandomAppointments) {
  std::mt19937 random(1);
  Calendar calendar(144);
  std::map<std::int64_t, std::vector<int>> expected;
  for (int queue = 0; queue < 144; ++queue) {
    calendar.add(queue, {queue % 5});
    expected[queue % 5].push_back(queue);
  }
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t at = calendar.next();
    ASSERT_EQ(at, expected.begin()->first);
    std::vector<int> due = expected.begin()->second;
    expected.erase(expected.begin());
    std::sort(due.begin(), due.end());
    ASSERT_EQ(taken(calendar, at), due);
    for (const int queue : due) {
      const std::int64_t next = at + 1 + static_cast<std::int64_t>(random() % 700);
      calendar.add(queue, {next});
      expected[next].push_back(queue);
    }
  }
}

TEST(CalendarTest, ClearForgetsAllAppointments) {
  Calendar calendar(144);
  calendar.add(1, {3});
  calendar.add(1, {3000});
  calendar.clear({10});
  EXPECT_EQ(calendar.next(), Calendar::kNever);
  calendar.add(2, {11});
  EXPECT_EQ(calendar.next(), 11);
}

}  // namespace
}  // namespace lpu::tlm
