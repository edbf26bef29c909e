// SPDX-License-Identifier: Apache-2.0
// What is published about a later chip, held against its configuration.
#include <gtest/gtest.h>

#include <set>

#include "isa/spec/geometry.h"
#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

constexpr double kThousandth = 1e-3;

ChipSpec lp30() { return read_chip_spec(chip_path("lp30")); }

double clock_hz(const ChipSpec& spec) { return 1e6 * static_cast<double>(spec.clock_mhz); }

TEST(LaterChip, ItsMemHas500MB) {
  EXPECT_NEAR(static_cast<double>(lp30().mem_bytes()), 500e6, 500e6 * kThousandth);
}

// Every slice reads and writes a vector a cycle.
TEST(LaterChip, ItsPortsHave150TBASecond) {
  const ChipSpec spec = lp30();
  const double vectors = 2.0 * 2.0 * static_cast<double>(spec.mem_slices);
  EXPECT_NEAR(vectors * static_cast<double>(spec.vector_bytes()) * clock_hz(spec), 150e12,
              150e12 * kThousandth);
}

// A multiplication and an addition for each weight of four planes, int8 in the place of FP8.
TEST(LaterChip, ItsPlanesDo1200Tops) {
  const ChipSpec spec = lp30();
  const auto lanes = static_cast<double>(spec.lanes());
  EXPECT_NEAR(2.0 * 4.0 * lanes * lanes * clock_hz(spec), 1.2e15, 1.2e15 * kThousandth);
}

TEST(LaterChip, ItsLinksHave96Lanes) { EXPECT_EQ(4 * lp30().c2c_links, 96); }

TEST(LaterChip, TheSidesShareTheLinksAndEveryQueueHasItsName) {
  const Geometry g(lp30());
  EXPECT_EQ(g.queues(), 2 * 80 + 16 + 4 * 3 + 2 * 6 + 24);
  std::set<std::string> names;
  for (int q = 0; q < g.queues(); ++q) {
    names.insert(g.name(q));
    EXPECT_EQ(g.find(g.name(q)), q);
  }
  EXPECT_EQ(static_cast<int>(names.size()), g.queues());
  EXPECT_EQ(g.name(g.c2c_queue(11)), "c2c_w.link11");
  EXPECT_EQ(g.name(g.c2c_queue(12)), "c2c_e.link12");
}

}  // namespace
}  // namespace lpu::isa
