// SPDX-License-Identifier: Apache-2.0
// Random legal programs, each written to be hard for one unit, on the whole chip.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "cosim/lockstep.h"
#include "testbench/cosim/chip/chip_lockstep.h"

namespace lpu::testbench {
namespace {

struct Traffic {
  std::string unit;
  int programs{0};
};

class ChipRandomTest : public testing::TestWithParam<Traffic> {};

TEST_P(ChipRandomTest, EveryStreamRegisterOfEveryCycleIsEqual) {
  const isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/tiny.toml");
  ChipLockstep chip(spec);
  const cosim::MakeStimulus make = cosim::stimulus_of(GetParam().unit);
  ASSERT_NE(make, nullptr);
  for (int seed = 0; seed < GetParam().programs; ++seed) {
    cosim::Random random(static_cast<std::uint64_t>(seed));
    const cosim::Stimulus stimulus = make(spec, GetParam().unit, random);
    chip.run(stimulus.program, stimulus.faults);
    ASSERT_FALSE(HasFailure()) << GetParam().unit << ", seed " << seed;
  }
  chip.compare_memory();
  RecordProperty("cycles", std::to_string(chip.cycles()));
  RecordProperty("registers", std::to_string(chip.valid_registers()));
  EXPECT_GT(chip.valid_registers(), 100 * GetParam().programs);
}

INSTANTIATE_TEST_SUITE_P(Units, ChipRandomTest,
                         testing::Values(Traffic{"mem_w.slice0", 20}, Traffic{"mem_e.slice7", 20},
                                         Traffic{"mxm_w.plane0", 10}, Traffic{"mxm_e.plane1", 10},
                                         Traffic{"vxm", 10}, Traffic{"sxm_w", 10},
                                         Traffic{"sxm_e", 10}),
                         [](const auto& traffic) {
                           std::string name = traffic.param.unit;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace lpu::testbench
