// SPDX-License-Identifier: Apache-2.0
// What an error becomes for scripts. A bit of MEM cannot be turned over from the command line, so
// the way from an uncorrectable word to the exit status is tested here, below the program.
#include "cli/exit_status.h"

#include "isa/error/input_error.h"
#include "testbench/system/system_fixture.h"

namespace lpu::testbench {
namespace {

TEST(ExitStatusTest, OfEveryKindOfError) {
  using cli::exit_status_of;
  EXPECT_EQ(exit_status_of(isa::InputError("x.toml", 3, "no")), 3);
  EXPECT_EQ(exit_status_of(fabric::UsageError("no")), 2);
  EXPECT_EQ(exit_status_of(tlm::ScheduleError("lpu/mem/bank-conflict", {}, "no")), 1);
  EXPECT_EQ(exit_status_of(tlm::ScheduleError("lpu/mem/uncorrectable-error", {}, "no")), 4);
  EXPECT_EQ(exit_status_of(std::runtime_error("no")), 70);
}

class MemoryErrorTest : public SystemTest {
 protected:
  /// Runs a program that reads a row in which these bits of superlane 7 are wrong.
  fabric::RunResult run(const std::vector<int>& bits) {
    const auto spec = read_spec("pair");
    fabric::System::Config config;
    config.spec = spec;
    fabric::System system("lpu", config);
    for (const int bit : bits) {
      system.chip(1).inject_error(Exchange::kFirstSlice, Exchange::kRow, 7, bit);
    }
    return fabric::run(system, programs(spec, Exchange{.links = 1}.text()), {});
  }
};

TEST_F(MemoryErrorTest, OneWrongBitIsCorrectedAndCounted) {
  EXPECT_EQ(run({3}).statistics.corrected_errors, 1);
}

TEST_F(MemoryErrorTest, TwoWrongBitsOfAWordEndTheProgramWithFour) {
  expect_report("lpu/mem/uncorrectable-error");
  try {
    (void)run({3, 90});
    FAIL() << "the run ended";
  } catch (const tlm::ScheduleError& e) {
    EXPECT_EQ(cli::exit_status_of(e), cli::kUncorrectable);
    EXPECT_EQ(e.where().chip, 1);
  }
}

}  // namespace
}  // namespace lpu::testbench
