// SPDX-License-Identifier: Apache-2.0
#include "testbench/unit/tlm/chip/core_fixture.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Source;
using isa::Type;

/// A damaged row of slice E0 goes through the VXM.
class EccTest : public CoreFixture {
 protected:
  void use_row() {
    place(kWest, 0, 1, ramp(40));
    read_for(kWest, 0, 1, east(0), 0, 10);
    table.at(10, geometry.vxm_queue(0),
             binary(Op::kAdd, Type::kI8, Source::stream(east(0)), Source::imm(), east(1)));
  }
};

TEST_F(EccTest, OneWrongBitIsCorrectedByTheConsumerAndCounted) {
  use_row();
  core.mem().inject(0, 1, 3, 17);
  run();
  EXPECT_EQ(core.statistics().corrected_errors, 1);
  for (std::size_t lane = 0; lane < 320; ++lane) {
    ASSERT_EQ(value(east(1), 0, 17)[lane], ramp(40)[lane]) << lane;
  }
}

TEST_F(EccTest, TwoWrongBitsOfAWordAreAMachineError) {
  use_row();
  core.mem().inject(0, 1, 3, 17);
  core.mem().inject(0, 1, 3, 90);
  EXPECT_EQ(error_id(), "lpu/mem/uncorrectable-error");
}

TEST_F(EccTest, DamageTravelsWithACopyAndStaysInTheSource) {
  place(kEast, 0, 1, ramp(40));
  read_for(kEast, 0, 1, east(0), geometry.mem_x(kEast, 8), 10);
  table.at(10, geometry.mem_queue(kEast, 8), write_row(east(0), 7));
  core.mem().inject(44, 1, 3, 17);
  run();
  EXPECT_EQ(core.statistics().corrected_errors, 0) << "MEM stores check bits, it does not look";
  EXPECT_NE(row(kEast, 8, 7), ramp(40));

  table = Timetable(chip_spec());
  read_for(kEast, 8, 7, west(0), 0, 20);
  table.at(20, geometry.vxm_queue(0),
           binary(Op::kMov, Type::kI8, Source::stream(west(0)), Source{}, west(1)));
  program = table.program();
  core.load(program);
  core.start({kStart + 5000});
  core.run_until({kStart + 9000});
  EXPECT_EQ(core.statistics().corrected_errors, 1);
}

}  // namespace
}  // namespace lpu::tlm
