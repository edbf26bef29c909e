// SPDX-License-Identifier: Apache-2.0
#include "testbench/unit/tlm/chip/core_fixture.h"

namespace lpu::tlm {
namespace {

using isa::MxmQueue;
using isa::Op;

/// Weights of one group in a plane of the east: 16 slices give a stream each, all of one value.
class MxmTest : public CoreFixture {
 protected:
  static constexpr std::int64_t kAbc = 60;

  [[nodiscard]] int queue(MxmQueue q, int plane = 0) const {
    return geometry.mxm_queue(kEast, plane, q);
  }
  void weights(std::int64_t lw, std::int64_t iw, int plane = 0) {
    for (int stream = 0; stream < 16; ++stream) {
      place(kEast, stream, 1, constant(2));
      read_for(kEast, stream, 1, east(stream), geometry.mxm_in_x(kEast), lw);
    }
    table.at(lw, queue(MxmQueue::kWeights, plane), load_weights(east(0), 0));
    table.at(iw, queue(MxmQueue::kWeights, plane), insn_of(Op::kIw));
  }
  void activations(std::int64_t abc, int plane = 0, isa::Type type = isa::Type::kI8) {
    for (int stream = 0; stream < isa::bytes_of(type); ++stream) {
      place(kEast, 20 + stream, 3, constant(5));
      read_for(kEast, 20 + stream, 3, east(20 + stream), geometry.mxm_in_x(kEast), abc);
    }
    table.at(abc, queue(MxmQueue::kActivations, plane), activate(east(20), type));
  }
};

TEST_F(MxmTest, FromActivationToResultIs47Cycles) {
  weights(50, 51);
  activations(kAbc);
  table.at(kAbc + 46, queue(MxmQueue::kAccumulate), accumulate(3, false, west(8)));
  run();
  const int x = geometry.mxm_out_x(kEast);
  expect_driven_at(west(8), x, kAbc + 47);
  expect_driven_at(west(11), x, kAbc + 47);
  EXPECT_EQ(value(west(8), x, kAbc + 47)[7], 16 * 2 * 5);
  EXPECT_EQ(value(west(9), x, kAbc + 47)[7], 0);
}

TEST_F(MxmTest, WeightsAreUsableOneCycleAfterTheirInstall) {
  weights(50, kAbc - 1);
  activations(kAbc);
  table.at(kAbc + 46, queue(MxmQueue::kAccumulate), accumulate(3, false, west(8)));
  run();
  EXPECT_EQ(value(west(8), geometry.mxm_out_x(kEast), kAbc + 47)[0], 160);
}

TEST_F(MxmTest, InTheCycleOfTheInstallTheOldWeightsAreUsed) {
  weights(50, kAbc);
  activations(kAbc);
  table.at(kAbc + 46, queue(MxmQueue::kAccumulate), accumulate(3, false, west(8)));
  run();
  EXPECT_EQ(value(west(8), geometry.mxm_out_x(kEast), kAbc + 47)[0], 0);
}

TEST_F(MxmTest, AnAccumulateOneCycleOffHasNothingToCollect) {
  weights(50, 51);
  activations(kAbc);
  table.at(kAbc + 45, queue(MxmQueue::kAccumulate), accumulate(0, false));
  EXPECT_EQ(error_id(), "lpu/mxm/nothing-to-collect");
}

TEST_F(MxmTest, AResultThatNobodyCollectsIsAnError) {
  activations(kAbc);
  EXPECT_EQ(error_id(), "lpu/mxm/uncollected-result");
  EXPECT_NE(message.find("mxm_e.plane0"), std::string::npos) << message;
}

TEST_F(MxmTest, SlotsAddUp) {
  weights(50, 51);
  activations(kAbc);
  activations(kAbc + 1);
  table.at(kAbc + 46, queue(MxmQueue::kAccumulate), accumulate(3, false));
  table.at(kAbc + 47, queue(MxmQueue::kAccumulate), accumulate(3, true, west(0)));
  run();
  EXPECT_EQ(value(west(0), geometry.mxm_out_x(kEast), kAbc + 48)[0], 320 & 0xff);
  EXPECT_EQ(value(west(1), geometry.mxm_out_x(kEast), kAbc + 48)[0], 320 >> 8);
}

TEST_F(MxmTest, HalfFloatsTakeBothPlanes) {
  weights(50, 51, 1);
  activations(kAbc, 0, isa::Type::kF16);
  table.at(kAbc + 46, queue(MxmQueue::kAccumulate), accumulate(0, false));
  EXPECT_EQ(error_id(), "lpu/mxm/partner-busy");
  EXPECT_NE(message.find("mxm_e.plane0, cycle 1060"), std::string::npos) << message;
}

TEST_F(MxmTest, HalfFloatsBelongToTheEvenPlane) {
  activations(kAbc, 1, isa::Type::kF16);
  EXPECT_EQ(error_id(), "lpu/mxm/f16-on-odd-plane");
}

/// Published: 16 streams fill a plane in 20 cycles, all four planes from SRAM in under 40.
TEST_F(MxmTest, AllFourPlanesAreLoadedIn39Cycles) {
  // Cycles 17..20: 16 slices feed the planes in turn. Cycles 21..38: 32 slices feed both.
  const int x = geometry.mxm_in_x(kEast);
  for (const isa::Hemisphere h : {kWest, kEast}) {
    const isa::Direction out = isa::outward(h);
    const auto stream = [out](int i) { return isa::Stream{out, static_cast<std::uint8_t>(i)}; };
    for (int i = 0; i < 16; ++i) {
      const int near = 28 + i;
      const int hops = x - std::abs(geometry.mem_x(h, near));
      table.repeated(17 - hops - 1, geometry.mem_queue(h, near), read_row(0, stream(i)), 21);
      const int far = 12 + i;
      const int far_hops = x - std::abs(geometry.mem_x(h, far));
      table.repeated(21 - far_hops - 1, geometry.mem_queue(h, far), read_row(0, stream(16 + i)),
                     17);
    }
    const int plane0 = geometry.mxm_queue(h, 0, MxmQueue::kWeights);
    const int plane1 = geometry.mxm_queue(h, 1, MxmQueue::kWeights);
    table.repeated(17, plane0, load_weights(stream(0), 0), 1, 2, 1);
    table.repeated(18, plane1, load_weights(stream(0), 0), 1, 2, 1);
    table.repeated(21, plane0, load_weights(stream(0), 2), 17, 1, 1);
    table.repeated(21, plane1, load_weights(stream(16), 2), 17, 1, 1);
  }
  run();
  EXPECT_EQ(core.end_cycle().value, kStart + 39 + 20);
  std::int64_t loads = 0;
  const Statistics statistics = core.statistics();
  for (const isa::Hemisphere h : {kWest, kEast}) {
    for (const int plane : {0, 1}) {
      loads +=
          statistics
              .queues[static_cast<std::size_t>(geometry.mxm_queue(h, plane, MxmQueue::kWeights))]
              .instructions;
    }
  }
  EXPECT_EQ(loads, 4 * 20);
}

}  // namespace
}  // namespace lpu::tlm
