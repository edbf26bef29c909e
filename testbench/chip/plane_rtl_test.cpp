// SPDX-License-Identifier: Apache-2.0
// A chip with the Verilated plane in the place of the model, or beside it.
#include <gtest/gtest.h>

#include "testbench/chip/timetable.h"
#include "tlm/chip/chip_core.h"

namespace lpu::testbench {
namespace {

using isa::Hemisphere;
using isa::MxmQueue;
using lpu::tlm::ChipCore;
using lpu::tlm::Fidelity;

class PlaneRtlTest : public testing::TestWithParam<Fidelity> {
 protected:
  static constexpr std::int64_t kFirst = 60;
  static constexpr int kVectors = 12;

  /// Weights of two groups, then kVectors activations of which every second one is added up.
  isa::Program program() const {
    Timetable table(spec);
    const isa::Geometry& geometry = table.geometry();
    const auto feed = [&](int slice, int stream, std::int64_t at, int more) {
      const int hops =
          geometry.mxm_in_x(Hemisphere::kEast) - geometry.mem_x(Hemisphere::kEast, slice);
      table.repeated(at - hops - 1, geometry.mem_queue(Hemisphere::kEast, slice),
                     read_row(0, east(stream)), more, 1, 1);
    };
    for (int i = 0; i < 16; ++i) {
      feed(i, i, kFirst - 10, 1);
    }
    feed(20, 16, kFirst, kVectors - 1);
    const int weights = geometry.mxm_queue(Hemisphere::kEast, 0, MxmQueue::kWeights);
    table.repeated(kFirst - 10, weights, load_weights(east(0), 0), 1, 1, 1);
    table.at(kFirst - 5, weights, insn_of(isa::Op::kIw));
    table.repeated(kFirst, geometry.mxm_queue(Hemisphere::kEast, 0, MxmQueue::kActivations),
                   activate(east(16)), kVectors - 1);
    const int results = geometry.mxm_queue(Hemisphere::kEast, 0, MxmQueue::kAccumulate);
    for (int i = 0; i < kVectors; ++i) {
      table.at(kFirst + 46 + i, results, accumulate(i / 2, i % 2 != 0, west(0)));
    }
    return table.program();
  }

  void place_random_rows(ChipCore& core) const {
    std::uint32_t state = 1;
    for (int slice = 44; slice < 65; ++slice) {
      for (int row = 0; row < kVectors; ++row) {
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(spec.lanes()));
        for (std::uint8_t& byte : bytes) {
          state = state * 1664525U + 1013904223U;
          byte = static_cast<std::uint8_t>(state >> 24);
        }
        core.mem().place(slice, row, bytes);
      }
    }
  }

  std::vector<std::uint8_t> results_with(Fidelity fidelity) {
    ChipCore core({spec, lpu::tlm::Values::kFull, 0,
                   [fidelity](std::string_view unit) {
                     return unit == "mxm_e.plane0" ? fidelity : Fidelity::kTlm;
                   }},
                  {});
    place_random_rows(core);
    const isa::Program to_run = program();
    core.load(to_run);
    core.start({0});
    core.run_until({10000});
    EXPECT_EQ(core.state(), lpu::tlm::ChipState::kFinished);
    std::vector<std::uint8_t> bytes;
    for (int i = 0; i < kVectors; ++i) {
      for (int stream = 0; stream < 4; ++stream) {
        const std::uint8_t* vector = core.streams().file().read(
            west(stream), isa::Geometry(spec).mxm_out_x(Hemisphere::kEast), {kFirst + 47 + i});
        bytes.insert(bytes.end(), vector, vector + spec.lanes());
      }
    }
    compared = core.statistics().compared_outputs;
    differences = core.statistics().differences;
    return bytes;
  }

  isa::ChipSpec spec = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  std::int64_t compared{0};
  std::int64_t differences{0};
};

TEST_P(PlaneRtlTest, TheChipComputesTheSame) {
  const std::vector<std::uint8_t> model = results_with(Fidelity::kTlm);
  EXPECT_EQ(compared, 0);
  EXPECT_EQ(results_with(GetParam()), model);
  EXPECT_EQ(differences, 0);
  if (GetParam() == Fidelity::kBoth) {
    EXPECT_GE(compared, 4 * kVectors) << "four streams a result";
  }
}

INSTANTIATE_TEST_SUITE_P(Fidelities, PlaneRtlTest,
                         testing::Values(Fidelity::kRtl, Fidelity::kBoth));

}  // namespace
}  // namespace lpu::testbench
