// SPDX-License-Identifier: Apache-2.0
// Every unit that has RTL, on random legal programs, on the small chip and on the full one.
#include "cosim/lockstep.h"

#include <gtest/gtest.h>

#include <string>

namespace lpu::cosim {
namespace {

struct Where {
  const char* name;
  const char* chip;
  const char* unit;
  std::int64_t vectors;
};

class LockstepTest : public testing::TestWithParam<Where> {};

TEST_P(LockstepTest, ModelAndRtlAgreeInEveryCycle) {
  const isa::ChipSpec spec =
      isa::read_chip_spec(std::string(LPU_SOURCE_DIR "/configs/chips/") + GetParam().chip);
  LockstepOptions options;
  options.vectors = GetParam().vectors;
  const LockstepResult result = lockstep(spec, GetParam().unit, options);
  EXPECT_EQ(result.failure, "") << result.failing_program;
  EXPECT_EQ(result.differences, 0);
  EXPECT_GE(result.vectors, options.vectors);
  EXPECT_GE(result.compared_outputs, result.vectors / 4);
}

INSTANTIATE_TEST_SUITE_P(Units, LockstepTest,
                         testing::Values(Where{"MemTiny", "tiny.toml", "mem_e.slice3", 2000},
                                         Where{"MemFull", "lpu1.toml", "mem_w.slice17", 500},
                                         Where{"PlaneTiny", "tiny.toml", "mxm_e.plane0", 2000},
                                         Where{"OddPlaneTiny", "tiny.toml", "mxm_w.plane1", 1000},
                                         Where{"PlaneFull", "lpu1.toml", "mxm_w.plane0", 300},
                                         Where{"VxmTiny", "tiny.toml", "vxm", 100000},
                                         Where{"VxmFull", "lpu1.toml", "vxm", 20000},
                                         Where{"SxmTiny", "tiny.toml", "sxm_e", 100000},
                                         Where{"SxmFull", "lpu1.toml", "sxm_w", 30000},
                                         Where{"QueueTiny", "tiny.toml", "icu_vxm.alu3", 20000},
                                         Where{"QueueFull", "lpu1.toml", "icu_vxm.alu0", 5000},
                                         Where{"LinkTiny", "tiny.toml", "c2c_e.link9", 2000},
                                         Where{"LinkFull", "lpu1.toml", "c2c_w.link2", 1000}),
                         [](const auto& where) { return where.param.name; });

}  // namespace
}  // namespace lpu::cosim
