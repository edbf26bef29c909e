// SPDX-License-Identifier: Apache-2.0
// Bursts that overlap in a queue are dispatched in the cycles they were given, whatever is made of
// them.
#include "compiler/collective/programs.h"

#include <gtest/gtest.h>

#include <map>

#include "isa/program/timeline.h"

namespace lpu::collective {
namespace {

Train reads(int queue, std::int64_t at, std::int64_t count, std::int64_t interval, int row) {
  Train train;
  train.first.at = at;
  train.first.burst = {count, interval, 0};
  train.first.queue = queue;
  train.first.stride = 1;
  train.first.insn.op = isa::Op::kRead;
  train.first.insn.out = isa::Stream{isa::Direction::kWest, 0};
  train.first.insn.addr = static_cast<std::uint16_t>(row);
  return train;
}

/// Cycle and row of each read of a queue.
std::map<std::int64_t, int> resolved(const isa::ChipSpec& spec, const isa::Program& program,
                                     int queue) {
  std::map<std::int64_t, int> found;
  for (const isa::Issue& issue : isa::resolve(spec, program).issues) {
    if (issue.queue == queue) {
      EXPECT_TRUE(found.emplace(issue.at.value, issue.insn.addr).second);
    }
  }
  return found;
}

std::map<std::int64_t, int> expected(const std::vector<Train>& trains) {
  std::map<std::int64_t, int> all;
  for (const Train& t : trains) {
    for (int step = 0; step < t.steps; ++step) {
      for (std::int64_t i = 0; i < t.first.burst.count; ++i) {
        all[t.first.at + step * t.period + i * t.first.burst.interval] =
            static_cast<int>(t.first.insn.addr + i * t.first.stride);
      }
    }
  }
  return all;
}

TEST(CollectivePrograms, OverlappingBurstsKeepTheirCycles) {
  const isa::ChipSpec spec = isa::published_chip();
  const std::vector<Train> trains{reads(3, 10, 20, 27, 0), reads(3, 200, 30, 27, 100),
                                  reads(3, 301, 2, 500, 500), reads(3, 1300, 5, 1, 900)};
  const isa::Program p = program(spec, trains);
  EXPECT_EQ(resolved(spec, p, 3), expected(trains));
}

TEST(CollectivePrograms, BurstsAloneStayBursts) {
  const isa::ChipSpec spec = isa::published_chip();
  std::vector<Train> trains{reads(5, 10, 1000, 27, 0)};
  EXPECT_LE(program(spec, trains).instructions(), 4);
  // Where another one is under way they are single, and only there.
  trains.push_back(reads(5, 11 + 27 * 500, 2, 27, 2000));
  const isa::Program p = program(spec, trains);
  EXPECT_EQ(resolved(spec, p, 5), expected(trains));
  EXPECT_LE(p.instructions(), 20);
}

TEST(CollectivePrograms, TrainsOfBurstsRepeat) {
  const isa::ChipSpec spec = isa::published_chip();
  Train train = reads(7, 4, 3, 2, 50);
  train.steps = 40;
  train.period = 30;
  EXPECT_EQ(resolved(spec, program(spec, {train}), 7), expected({train}));
}

}  // namespace
}  // namespace lpu::collective
