// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <stdexcept>
#include <tuple>
#include <vector>

#include "traces/event/event.h"

namespace lpu::traces {
namespace {

class Keep : public Sink {
 public:
  void record(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

Event at(std::int64_t cycle, int chip, int queue) {
  return {{cycle}, static_cast<std::uint16_t>(chip), static_cast<std::uint16_t>(queue), {}};
}

using Key = std::tuple<std::int64_t, int, int>;
std::vector<Key> keys(const Keep& keep) {
  std::vector<Key> out;
  for (const Event& e : keep.events) out.emplace_back(e.at.value, e.chip, e.queue);
  return out;
}

TEST(InOrderTest, ChipsOfAWindowAreMergedByCycleThenChipThenQueue) {
  Keep keep;
  InOrder order(keep);
  for (const Event& e : {at(5, 1, 2), at(3, 1, 9), at(3, 0, 7), at(3, 0, 1), at(5, 1, 0)}) {
    order.record(e);
  }
  EXPECT_TRUE(keep.events.empty());
  order.advance({6});
  EXPECT_EQ(keys(keep), (std::vector<Key>{{3, 0, 1}, {3, 0, 7}, {3, 1, 9}, {5, 1, 0}, {5, 1, 2}}));
}

TEST(InOrderTest, AnEventOfTheNextWindowWaits) {
  Keep keep;
  InOrder order(keep);
  order.record(at(10, 0, 0));
  order.record(at(9, 0, 0));
  order.advance({10});
  EXPECT_EQ(keys(keep), (std::vector<Key>{{9, 0, 0}}));
  order.record(at(10, 0, 1));
  order.finish();
  EXPECT_EQ(keys(keep), (std::vector<Key>{{9, 0, 0}, {10, 0, 0}, {10, 0, 1}}));
}

TEST(InOrderTest, AnEventOfAPastWindowIsAnError) {
  Keep keep;
  InOrder order(keep);
  order.advance({10});
  EXPECT_THROW(order.record(at(9, 0, 0)), std::logic_error);
}

TEST(TeeTest, EverySinkGetsEveryEvent) {
  Keep a;
  Keep b;
  Tee tee{&a};
  tee.add(b);
  tee.record(at(1, 2, 3));
  EXPECT_EQ(keys(a), (std::vector<Key>{{1, 2, 3}}));
  EXPECT_EQ(keys(b), keys(a));
}

}  // namespace
}  // namespace lpu::traces
