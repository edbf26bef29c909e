// SPDX-License-Identifier: Apache-2.0
// The whole vector unit in every cycle against what the model's arithmetic gives.
#include <VvxmClimbing.h>
#include <VvxmSmall.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <deque>
#include <initializer_list>
#include <vector>

#include "rtl/vxm/vxm_rtl.h"
#include "testbench/cosim/vxm/vxm_traffic.h"
#include "tlm/mem/secded.h"
#include "tlm/vxm/alu.h"

namespace lpu::rtl {
namespace {

/// Every operation was done on every type that has it, every cast to every type.
void expect_covered(const VxmTraffic& traffic) {
  std::size_t kinds = 0;
  for (const isa::OpInfo& op : isa::vxm_ops()) {
    for (int type = 0; type < 5; ++type) {
      if (tlm::supports(op.op, static_cast<isa::Type>(type))) {
        kinds += op.op == isa::Op::kCast ? 5 : 1;
      }
    }
  }
  EXPECT_EQ(traffic.counts().size(), kinds);
  EXPECT_GE(traffic.longest_chain(), 16);
}

/// The unit and what is expected of it, side by side.
void run_lockstep(UnitRtl& unit, VxmTraffic& traffic, int cycles) {
  std::deque<std::vector<VxmDrive>> expected(VxmTraffic::kLatency - 1);
  for (int t = 0; t < cycles && !testing::Test::HasFatalFailure(); ++t) {
    SCOPED_TRACE(t);
    const VxmCycle cycle = traffic.next();
    for (const auto& [alu, insn] : cycle.insns) unit.issue(alu, isa::encode(insn));
    for (std::size_t s = 0; s < 64; ++s) {
      if (cycle.driven[s]) {
        unit.present(static_cast<int>(s), cycle.data[s].data(), cycle.checks[s]);
      }
    }
    unit.clock();
    ASSERT_EQ(unit.corrected(), cycle.corrected);
    ASSERT_FALSE(unit.uncorrectable());
    expected.push_back(cycle.drives);
    const auto& drives = unit.drives();
    ASSERT_EQ(drives.size(), expected.front().size());
    for (std::size_t i = 0; i < drives.size(); ++i) {
      const VxmDrive& right = expected.front()[i];
      SCOPED_TRACE(testing::Message() << "port " << right.port);
      ASSERT_EQ(drives[i].port, right.port);
      ASSERT_EQ(drives[i].stream, right.stream);
      ASSERT_EQ(drives[i].data, right.data);
      ASSERT_TRUE(drives[i].whole);
      for (std::size_t r = 0; r < static_cast<std::size_t>(unit.superlanes()); ++r) {
        ASSERT_EQ(drives[i].checks[r], tlm::secded_encode(&right.data[16 * r]));
      }
    }
    expected.pop_front();
  }
  EXPECT_EQ(unit.errors(), 0U);
}

struct Run {
  int superlanes;
  int cycles;
  std::uint64_t seed;
};

class VxmRandom : public testing::TestWithParam<Run> {};

TEST_P(VxmRandom, AgreesInEveryCycle) {
  const auto unit = make_vxm_rtl(RtlContext::process(), "rtl", GetParam().superlanes);
  VxmTraffic traffic({GetParam().superlanes}, GetParam().seed);
  run_lockstep(*unit, traffic, GetParam().cycles);
  expect_covered(traffic);
}

// What yosys can take of the unit: two ALUs, four lanes.
class VxmSmall : public testing::Test {
 protected:
  static constexpr std::array<int, 8> kOperands{0, 1, 2, 3, 36, 37, 38, 39};
  static constexpr int kResult = 40;

  static std::vector<std::uint8_t> word(int stream) {
    std::vector<std::uint8_t> bytes(16);
    for (std::size_t i = 0; i < 16; ++i) {
      bytes[i] = static_cast<std::uint8_t>(37 * i + 11 * static_cast<std::size_t>(stream));
    }
    return bytes;
  }

  /// The operands, with bits turned over in streams `first` to `last`.
  void present(int first, int last, std::initializer_list<std::size_t> bits) {
    for (const int stream : kOperands) {
      std::vector<std::uint8_t> data = word(stream);
      UnitRtl::Checks checks{tlm::secded_encode(data.data())};
      for (const std::size_t bit : bits) {
        if (stream < first || stream > last) continue;
        if (bit < 128) {
          data[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        } else {
          checks[0] ^= static_cast<std::uint16_t>(1U << (bit - 128));
        }
      }
      unit.present(stream, data.data(), checks);
    }
  }

  /// Adds e0 to e3 and w4 to w7.
  void add(int alu) {
    isa::Insn insn;
    insn.op = isa::Op::kAdd;
    insn.type = isa::Type::kI32;
    insn.a = isa::Source::stream({isa::Direction::kEast, 0});
    insn.b = isa::Source::stream({isa::Direction::kWest, 4});
    insn.out = isa::Stream{isa::Direction::kWest, kResult - 32};
    unit.issue(alu, isa::encode(insn));
  }

  /// A byte of the sums of the four lanes.
  static std::vector<std::uint8_t> sum(int byte) {
    std::vector<std::uint8_t> bytes(16);
    for (std::size_t lane = 0; lane < 4; ++lane) {
      std::uint32_t total = 0;
      for (const int stream : kOperands) {
        total += std::uint32_t{word(stream)[lane]} << (8 * (stream % 4));
      }
      bytes[lane] = static_cast<std::uint8_t>(total >> (8 * byte));
    }
    return bytes;
  }

  UnitRtlOf<VvxmSmall> unit{RtlContext::process(), "rtl", 1};
};

TEST_F(VxmSmall, AgreesInEveryCycle) {
  VxmTraffic traffic({1, 2, 4}, 5);
  run_lockstep(unit, traffic, 40'000);
}

TEST_F(VxmSmall, EveryWrongBitOfEveryOperandIsPutRight) {
  for (int alu = 0; alu < 2; ++alu) {
    for (const int spoilt : kOperands) {
      for (std::size_t bit = 0; bit < 137; ++bit) {
        SCOPED_TRACE(testing::Message() << alu << ' ' << spoilt << ' ' << bit);
        present(spoilt, spoilt, {bit});
        add(alu);
        unit.clock();
        ASSERT_EQ(unit.corrected(), 1);
        ASSERT_FALSE(unit.uncorrectable());
        for (std::int64_t t = 1; t < VxmTraffic::kLatency; ++t) unit.clock();
        ASSERT_EQ(unit.drives().size(), 4U);
        for (const UnitRtl::Drive& drive : unit.drives()) {
          const int byte = drive.port - 4 * alu;
          ASSERT_EQ(drive.stream, kResult + byte);
          ASSERT_EQ(drive.data, sum(byte));
        }
      }
    }
  }
}

TEST_F(VxmSmall, EachUseOfAWrongWordCounts) {
  present(0, 63, {99});
  add(0);
  add(1);
  unit.clock();
  EXPECT_EQ(unit.corrected(), 16);
}

TEST_F(VxmSmall, TwoWrongBitsOfAnOperandAreFlagged) {
  for (int alu = 0; alu < 2; ++alu) {
    for (const int spoilt : kOperands) {
      present(spoilt, spoilt, {20, 120});
      add(alu);
      unit.clock();
      EXPECT_TRUE(unit.uncorrectable()) << alu << ' ' << spoilt;
      EXPECT_EQ(unit.corrected(), 0) << alu << ' ' << spoilt;
      unit.clock();
      EXPECT_FALSE(unit.uncorrectable());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, VxmRandom,
                         testing::Values(Run{2, 60'000, 1}, Run{2, 60'000, 2}, Run{20, 8'000, 3}),
                         [](const auto& run) {
                           return "S" + std::to_string(run.param.superlanes) + "Seed" +
                                  std::to_string(run.param.seed);
                         });

/// The unit whose instructions climb: superlane r lives r cycles behind.
class VxmClimb : public testing::Test {
 protected:
  static constexpr std::size_t kSuperlanes = 3;

  template <class Pin>
  static PinBits bits(Pin& pin) {
    return PinBits(&pin, sizeof pin);
  }
  VvxmClimbing& pins() { return unit_.block(); }

  void present(const VxmCycle& cycle, std::size_t r) {
    for (std::size_t s = 0; s < 64; ++s) {
      if (!cycle.driven[s]) continue;
      const std::size_t at = s * kSuperlanes + r;
      bits(pins().stream_valid_i).set_bit(at);
      bits(pins().stream_data_i).copy_in(16 * at, &cycle.data[s][16 * r], 16);
      bits(pins().stream_check_i).set_field(9 * at, 9, cycle.checks[s][r]);
    }
  }

  /// The drives of superlane r, and none beside them.
  void expect(const std::vector<VxmDrive>& drives, std::size_t r) {
    std::size_t next = 0;
    for (std::size_t port = 0; port < 64; ++port) {
      const std::size_t at = port * kSuperlanes + r;
      const bool driven = next < drives.size() && drives[next].port == static_cast<int>(port);
      ASSERT_EQ(bits(pins().drive_valid_o).bit(at), driven) << "port " << port;
      if (!driven) continue;
      const VxmDrive& drive = drives[next++];
      const std::uint8_t* word = &drive.data[16 * r];
      ASSERT_EQ(static_cast<int>(bits(pins().drive_stream_o).field(6 * at, 6)), drive.stream);
      ASSERT_EQ(std::memcmp(bits(pins().drive_data_o).data(16 * at), word, 16), 0);
      ASSERT_EQ(bits(pins().drive_check_o).field(9 * at, 9), tlm::secded_encode(word));
    }
  }

  UnitRtlOf<VvxmClimbing> unit_{RtlContext::process(), "rtl", static_cast<int>(kSuperlanes)};
};

TEST_F(VxmClimb, EachSuperlaneIsItsNumberOfCyclesBehind) {
  constexpr std::size_t kCycles = 10'000;
  VxmTraffic traffic({static_cast<int>(kSuperlanes)}, 4);
  std::vector<VxmCycle> cycles;
  std::int64_t corrected = 0;
  for (std::size_t t = 0; t < kCycles && !HasFatalFailure(); ++t) {
    SCOPED_TRACE(t);
    // The last superlane finishes what it was given.
    cycles.push_back(t + 20 < kCycles ? traffic.next() : VxmCycle{});
    corrected += cycles.back().corrected;
    for (const auto& [alu, insn] : cycles[t].insns) unit_.issue(alu, isa::encode(insn));
    for (std::size_t r = 0; r < kSuperlanes && r <= t; ++r) present(cycles[t - r], r);
    unit_.clock();
    corrected -= unit_.corrected();
    const std::size_t behind = VxmTraffic::kLatency - 1;
    for (std::size_t r = 0; r < kSuperlanes; ++r) {
      expect(t < behind + r ? std::vector<VxmDrive>{} : cycles[t - behind - r].drives, r);
    }
    if (t >= 20) cycles[t - 20] = {};
  }
  EXPECT_EQ(corrected, 0);
  EXPECT_EQ(unit_.errors(), 0U);
}

}  // namespace
}  // namespace lpu::rtl
