// SPDX-License-Identifier: Apache-2.0
// A fault that only the RTL has is found by `both`: when, where, and what each of them says.
#include "rtl/common/unit_rtl.h"
#include "testbench/system/system_fixture.h"
#include "tlm/mem/mem_slice.h"

namespace lpu::testbench {
namespace {

using testing::HasSubstr;

class LockstepTest : public SystemTest {
 protected:
  static constexpr std::int64_t kLoaded = 60;      // cycle of the lw
  static constexpr std::int64_t kCollected = 116;  // cycle of the acc

  /// 16 rows of weights 2 times activations 1: every lane of the result is 32.
  static std::string text() {
    std::string all = ".chip lockstep\n";
    for (int slice = 0; slice < 16; ++slice) {
      // One cycle to read, then from the slice's hop to the plane, 28 hops from the middle.
      const std::int64_t read_at = kLoaded - 1 - (28 - (5 + slice / 4));
      all += fmt::format(".data mem_e.slice{0} 0: i8 2...\n.queue mem_e.slice{0}\n", slice);
      all += fmt::format("nop {}\nread 0 -> e{}\n", read_at, slice);
    }
    return all + fmt::format(
                     ".data mem_e.slice20 0: i8 1...\n"
                     ".queue mem_e.slice20\nnop 51\nread 0 -> e16\n"
                     ".queue mxm_e.plane0.weights\nnop {}\nlw.i8 e0, 0\nnop 4\niw\n"
                     ".queue mxm_e.plane0.activations\nnop 70\nabc.i8 e16, 0\n"
                     ".queue mxm_e.plane0.accumulate\nnop {}\nacc 0 -> w0\n",
                     kLoaded, kCollected);
  }

  /// Loads the plane's RTL, and not the model, once more: lane 5 of row 3 is 3 instead of 2.
  static void spoil(rtl::UnitRtl& plane) {
    const auto lanes = static_cast<std::size_t>(plane.superlanes()) * rtl::UnitRtl::kWordBytes;
    isa::Insn lw;
    lw.op = isa::Op::kLw;
    lw.in = isa::Stream{isa::Direction::kEast, 0};
    plane.issue(0, isa::encode(lw));
    for (int stream = 0; stream < 16; ++stream) {
      std::vector<std::uint8_t> row(lanes, 2);
      row[5] = stream == 3 ? 3 : 2;
      plane.present(stream, row.data(), tlm::checks_of(row.data(), static_cast<int>(lanes)));
    }
    plane.clock();
  }

  static fabric::System::Config config() {
    fabric::System::Config both;
    both.spec = read_spec("chip");
    both.units = {fabric::parse_unit_choice("chip0.mxm_e.plane0=both")};
    both.window = {1};
    return both;
  }
};

TEST_F(LockstepTest, WithoutAFaultNothingDiffers) {
  const auto what = config();
  fabric::System system("lpu", what);
  const auto result = fabric::run(system, programs(what.spec, text()), {});
  EXPECT_GE(result.statistics.compared_outputs, 4) << "the four streams of one result";
  EXPECT_EQ(result.statistics.differences, 0);
}

TEST_F(LockstepTest, OneWrongBitOfOneWeightEndsTheRun) {
  const auto what = config();
  fabric::System system("lpu", what);
  fabric::RunOptions options;
  options.on_window = [](fabric::System& s, isa::Cycle end) {
    if (end.value == kLoaded + 1) {
      s.chip(0).each_rtl([](const std::string&, rtl::TracedRtl& plane) {
        spoil(dynamic_cast<rtl::UnitRtl&>(plane));
      });
    }
  };
  try {
    (void)fabric::run(system, programs(what.spec, text()), options);
    FAIL() << "the run ended";
  } catch (const tlm::ScheduleError& e) {
    EXPECT_EQ(e.id(), "lpu/rtl/difference");
    EXPECT_THAT(e.what(), HasSubstr("chip0.mxm_e.plane0"));
    EXPECT_THAT(e.what(),
                HasSubstr("stream w0 in cycle 117, lane 5: model 0x20, RTL 0x21 (`acc 0 -> w0`"));
  }
  EXPECT_EQ(system.statistics().differences, 1);
}

}  // namespace
}  // namespace lpu::testbench
