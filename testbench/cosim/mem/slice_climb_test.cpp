// SPDX-License-Identifier: Apache-2.0
// A slice whose instructions climb: superlane r does and gives r cycles later what the reference
// does and gives in superlane 0's frame.
#include <VmemSliceClimbing.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "rtl/common/pin_bits.h"
#include "rtl/common/unit_rtl.h"
#include "testbench/cosim/mem/slice_traffic.h"
#include "tlm/mem/mem_slice.h"

namespace lpu::rtl {
namespace {

constexpr int kSuperlanes = 3;
constexpr int kCycles = 5'000;

class SliceClimb : public testing::Test {
 protected:
  template <class Pin>
  static PinBits bits(Pin& pin) {
    return PinBits(&pin, sizeof pin);
  }
  VmemSliceClimbing& pins() { return slice_.block(); }

  /// Superlane r of the streams of a cycle in superlane 0's frame.
  void present(const Cycle& cycle, int r) {
    for (const auto& [stream, vector] : cycle.streams) {
      const auto at = static_cast<std::size_t>(stream * kSuperlanes + r);
      bits(pins().stream_valid_i).set_bit(at);
      bits(pins().stream_data_i).copy_in(16 * at, &vector.data[word(r)], 16);
      bits(pins().stream_check_i).set_field(9 * at, 9, vector.checks[static_cast<std::size_t>(r)]);
    }
  }

  void expect(const Outcome& outcome, int r) {
    const auto at = static_cast<std::size_t>(r);
    ASSERT_EQ(bits(pins().drive_valid_o).bit(at), outcome.driven.has_value());
    if (outcome.driven) {
      ASSERT_EQ(static_cast<int>(bits(pins().drive_stream_o).field(6 * at, 6)), *outcome.stream);
      ASSERT_EQ(bits(pins().drive_check_o).field(9 * at, 9), outcome.driven->checks[at]);
      ASSERT_EQ(bytes(bits(pins().drive_data_o), r), bytes_of(*outcome.driven, r));
    }
    ASSERT_EQ(bits(pins().text_valid_o).bit(at), outcome.text.has_value());
    if (outcome.text) {
      Vector text = *outcome.text;
      tlm::check_and_correct(text.data.data(), text.checks, 16 * kSuperlanes);
      ASSERT_EQ(bytes(bits(pins().text_data_o), r), bytes_of(text, r));
    }
  }

  static std::size_t word(int r) { return static_cast<std::size_t>(r) * 16; }
  static std::vector<std::uint8_t> bytes(const PinBits& pin, int r) {
    return {pin.data(word(r)), pin.data(word(r)) + 16};
  }
  static std::vector<std::uint8_t> bytes_of(const Vector& vector, int r) {
    return {&vector.data[word(r)], &vector.data[word(r)] + 16};
  }

  UnitRtlOf<VmemSliceClimbing> slice_{RtlContext::process(), "rtl", kSuperlanes};
};

TEST_F(SliceClimb, EachSuperlaneIsItsNumberOfCyclesBehind) {
  SliceTraffic traffic(kSuperlanes, 8);
  SliceReference reference(kSuperlanes);
  // Every row that the traffic may read.
  std::vector<Cycle> program;
  for (const int row : traffic.rows()) {
    Cycle& cycle = program.emplace_back();
    cycle.insn = write_insn(row, 0);
    Vector vector(kSuperlanes);
    vector.fill(traffic.random());
    cycle.streams.emplace(0, vector);
  }
  program.emplace_back();
  while (program.size() < kCycles) program.push_back(traffic.next());

  std::vector<Outcome> outcomes;
  for (int t = 0; t < kCycles && !HasFatalFailure(); ++t) {
    SCOPED_TRACE(t);
    const Cycle& cycle = program[static_cast<std::size_t>(t)];
    if (cycle.insn) slice_.issue(0, isa::encode(*cycle.insn));
    pins().text_valid_i = cycle.text.has_value();
    pins().text_row_i = static_cast<std::uint16_t>(cycle.text.value_or(0));
    outcomes.push_back(reference.step(cycle));
    for (int r = 0; r < kSuperlanes && r <= t; ++r) {
      present(program[static_cast<std::size_t>(t - r)], r);
    }
    slice_.clock();
    for (int r = 0; r < kSuperlanes && r <= t; ++r) {
      expect(outcomes[static_cast<std::size_t>(t - r)], r);
    }
  }
  EXPECT_EQ(slice_.errors(), 0U);
}

// What superlane r finds in a map is counted r cycles later.
TEST_F(SliceClimb, ErrorsAreCountedWhenTheirSuperlaneFindsThem) {
  Cycle cycle;
  cycle.insn = gather_insn(5, 6);
  Vector map(kSuperlanes);
  map.flip(0, 20);
  map.flip(2, 3);
  cycle.streams.emplace(5, map);
  slice_.issue(0, isa::encode(*cycle.insn));
  const std::vector<int> counts{1, 0, 1, 0};
  for (int r = 0; r < 4; ++r) {
    if (r < kSuperlanes) present(cycle, r);
    slice_.clock();
    EXPECT_EQ(slice_.corrected(), counts[static_cast<std::size_t>(r)]) << r;
  }
  EXPECT_EQ(slice_.errors(), 0U);
}

TEST_F(SliceClimb, AnOperandMustBeThereInTheCycleOfItsSuperlane) {
  Cycle cycle;
  cycle.insn = write_insn(5, 6);
  cycle.streams.emplace(6, Vector(kSuperlanes));
  slice_.issue(0, isa::encode(*cycle.insn));
  present(cycle, 0);
  present(cycle, 1);
  slice_.clock();
  EXPECT_EQ(slice_.errors(), 0U);
  slice_.clock();
  EXPECT_EQ(slice_.errors(), 1U) << "superlane 1 wants it now";
}
}  // namespace
}  // namespace lpu::rtl
