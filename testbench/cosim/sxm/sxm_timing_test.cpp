// SPDX-License-Identifier: Apache-2.0
// When results of the RTL SXM are driven, what each operation does at its ends, and what the block
// complains about.
#include <gtest/gtest.h>
#include <verilated_fst_c.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "testbench/cosim/sxm/sxm_driver.h"

namespace lpu::rtl {
namespace {

/// docs/timing.md, section 2.
constexpr std::array kLatency{19, 52, 2, 2, 4, 4};

class SxmTiming : public testing::TestWithParam<int> {
 protected:
  SxmTiming() { sxm_.fill(random_); }

  isa::Insn insn(int queue) {
    isa::Insn i = random_insn(queue, static_cast<int>(sxm_.lanes()), random_);
    i.in = isa::Stream{isa::Direction::kEast, 0};
    i.map = isa::Stream{isa::Direction::kWest, 8};
    i.out = isa::Stream{isa::Direction::kWest, 16};
    if (i.op != isa::Op::kPermute && i.op != isa::Op::kDistribute) i.map.reset();
    return i;
  }

  void expect_result(int queue, const isa::Insn& i, const std::vector<Bytes>& expected) {
    ASSERT_EQ(rtl_.drives().size(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const UnitRtl::Drive& drive = rtl_.drives()[k];
      EXPECT_EQ(drive.port, first_port(queue) + static_cast<int>(k));
      EXPECT_EQ(drive.stream, result_of(i).first + static_cast<int>(k));
      EXPECT_TRUE(drive.whole);
      ASSERT_EQ(drive.data, expected[k]) << "stream " << k;
      EXPECT_EQ(drive.checks, SxmDriver::checks_of(drive.data));
    }
  }

  /// Dispatches it alone and sees its result exactly when it is due.
  void run(int queue, const isa::Insn& i) {
    const std::vector<Bytes> expected = by_hand(i, sxm_.streams());
    sxm_.dispatch(queue, i);
    for (int cycle = 1; cycle < kLatency.at(static_cast<std::size_t>(queue)); ++cycle) {
      rtl_.clock();
      ASSERT_TRUE(rtl_.drives().empty()) << "cycle " << cycle;
    }
    rtl_.clock();
    expect_result(queue, i, expected);
    rtl_.clock();
    ASSERT_TRUE(rtl_.drives().empty());
  }

  /// Errors that an instruction leads to. Assertions on operands fire a cycle later.
  std::uint64_t errors_of(int queue, const isa::Insn& i) {
    const std::uint64_t before = rtl_.errors();
    sxm_.dispatch(queue, i);
    rtl_.clock();
    rtl_.clock();
    return rtl_.errors() - before;
  }

  std::mt19937 random_{11};
  SxmDriver sxm_{GetParam()};
  UnitRtl& rtl_ = sxm_.rtl();
};

TEST_P(SxmTiming, EveryOperationOfEveryTypeAtItsLatencyAndNotBefore) {
  for (int queue = 0; queue < 6; ++queue) {
    for (int type = 0; type < 5 && !HasFatalFailure(); ++type) {
      isa::Insn i = insn(queue);
      if (i.op != isa::Op::kTranspose) i.type = static_cast<isa::Type>(type);
      SCOPED_TRACE("queue " + std::to_string(queue) + " type " + std::to_string(type));
      run(queue, i);
    }
  }
  EXPECT_EQ(rtl_.errors(), 0U);
}

TEST_P(SxmTiming, EveryOperationReachesEveryStream) {
  for (int queue = 0; queue < 6; ++queue) {
    for (int stream = 0; stream < 64 && !HasFatalFailure(); ++stream) {
      isa::Insn i = insn(queue);
      const int width = result_of(i).count;
      const int first = stream / width * width;
      const isa::Stream group{static_cast<isa::Direction>(first / 32),
                              static_cast<std::uint8_t>(first % 32)};
      i.in = group;
      i.out = group;
      run(queue, i);
    }
  }
  EXPECT_EQ(rtl_.errors(), 0U);
}

TEST_P(SxmTiming, ShiftsByEveryDistance) {
  const int lanes = static_cast<int>(sxm_.lanes());
  std::vector<int> distances{-32768, -1000, 1000, 32767};
  for (int n = -lanes - 1; n <= lanes + 1; ++n) distances.push_back(n);
  isa::Insn i = insn(0);
  i.type = isa::Type::kI8;
  for (const int n : distances) {
    i.stride = static_cast<std::int16_t>(n);
    SCOPED_TRACE(n);
    run(0, i);
    if (HasFatalFailure()) return;
  }
}

TEST_P(SxmTiming, RotatesByEveryDistance) {
  isa::Insn i = insn(3);
  for (int n = -33; n <= 33 && !HasFatalFailure(); ++n) {
    i.stride = static_cast<std::int16_t>(n);
    run(3, i);
  }
}

TEST_P(SxmTiming, MapsNameEveryLaneAndNone) {
  const auto lanes = static_cast<unsigned>(sxm_.lanes());
  isa::Insn i = insn(1);
  Bytes& low = sxm_.streams()[32 + 8];
  Bytes& high = sxm_.streams()[32 + 9];
  const auto map_by = [&](auto&& lane_of) {
    for (unsigned lane = 0; lane < lanes; ++lane) {
      low[lane] = static_cast<std::uint8_t>(lane_of(lane));
      high[lane] = static_cast<std::uint8_t>(lane_of(lane) >> 8);
    }
    run(1, i);
  };
  map_by([](unsigned lane) { return lane; });
  map_by([&](unsigned lane) { return lanes - 1 - lane; });
  map_by([&](unsigned) { return lanes - 1; });
  map_by([&](unsigned lane) { return lanes + lane; });
  map_by([](unsigned lane) { return 0x10000 - 1 - lane; });
  map_by([](unsigned lane) { return lane ^ 0x8000; });
}

TEST_P(SxmTiming, BackToBackTransposesOfBothTransposers) {
  constexpr int kCount = 40;
  const isa::Insn to_west = insn(4);
  isa::Insn to_east = to_west;
  to_east.in = to_west.out;
  to_east.out = to_west.in;
  std::vector<std::vector<Bytes>> expected;
  for (int cycle = 0; cycle < kCount + 4; ++cycle) {
    if (cycle < kCount) {
      sxm_.fill(random_);
      auto result = by_hand(to_west, sxm_.streams());
      for (Bytes& bytes : by_hand(to_east, sxm_.streams())) result.push_back(std::move(bytes));
      expected.push_back(std::move(result));
      sxm_.dispatch(4, to_west);
      sxm_.dispatch(5, to_east);
    }
    rtl_.clock();
    if (cycle < 3 || cycle == kCount + 3) {
      ASSERT_TRUE(rtl_.drives().empty());
      continue;
    }
    ASSERT_EQ(rtl_.drives().size(), 32U);
    for (std::size_t k = 0; k < 32; ++k) {
      ASSERT_EQ(rtl_.drives()[k].data, expected[static_cast<std::size_t>(cycle) - 3][k]);
    }
  }
  EXPECT_EQ(rtl_.errors(), 0U);
}

TEST_P(SxmTiming, OperandsArePutRight) {
  for (int queue = 0; queue < 6 && !HasFatalFailure(); ++queue) {
    const isa::Insn i = insn(queue);
    const std::vector<Bytes> expected = by_hand(i, sxm_.streams());
    int words = 0;
    sxm_.dispatch(queue, i);
    for (const Group& group : operands_of(i)) {
      for (int k = 0; k < group.count; ++k) {
        Bytes damaged = sxm_.streams()[static_cast<std::size_t>(group.first + k)];
        const auto checks = SxmDriver::checks_of(damaged);
        for (std::size_t r = 0; r < damaged.size() / 16; ++r, ++words) {
          damaged[16 * r + random_() % 16] ^= static_cast<std::uint8_t>(1 << random_() % 8);
        }
        rtl_.present(group.first + k, damaged.data(), checks);
      }
    }
    rtl_.clock();
    EXPECT_EQ(rtl_.corrected(), words);
    EXPECT_FALSE(rtl_.uncorrectable());
    for (int cycle = 1; cycle < kLatency.at(static_cast<std::size_t>(queue)); ++cycle) {
      rtl_.clock();
      ASSERT_EQ(rtl_.corrected(), 0);
    }
    expect_result(queue, i, expected);
    rtl_.clock();
  }
}

TEST_P(SxmTiming, TwoWrongBitsAreReported) {
  for (int queue = 0; queue < 6; ++queue) {
    const isa::Insn i = insn(queue);
    for (const Group& group : operands_of(i)) {
      sxm_.dispatch(queue, i);
      Bytes damaged = sxm_.streams()[static_cast<std::size_t>(group.first)];
      const auto checks = SxmDriver::checks_of(damaged);
      damaged.back() ^= 0x11;
      rtl_.present(group.first, damaged.data(), checks);
      rtl_.clock();
      EXPECT_EQ(rtl_.corrected(), 0);
      EXPECT_TRUE(rtl_.uncorrectable());
      rtl_.clock();
      EXPECT_FALSE(rtl_.uncorrectable());
    }
  }
}

TEST_P(SxmTiming, AnOperandWithoutDriverIsAnError) {
  for (int queue = 0; queue < 6; ++queue) {
    const isa::Insn i = insn(queue);
    for (const Group& group : operands_of(i)) {
      for (int k = 0; k < group.count; ++k) {
        const std::uint64_t before = rtl_.errors();
        rtl_.issue(queue, isa::encode(i));
        for (const Group& other : operands_of(i)) {
          for (int j = 0; j < other.count; ++j) {
            if (other.first != group.first || j != k) sxm_.present(other.first + j);
          }
        }
        rtl_.clock();
        rtl_.clock();
        EXPECT_EQ(rtl_.errors() - before, 1U) << "OperandDriven";
      }
    }
  }
}

TEST_P(SxmTiming, GroupsOfStreamsAreAligned) {
  for (int queue = 0; queue < 6; ++queue) {
    isa::Insn i = insn(queue);
    if (queue < 4) i.type = isa::Type::kI16;
    const isa::Insn good = i;
    EXPECT_EQ(errors_of(queue, i), 0U);
    i.out->index = static_cast<std::uint8_t>(good.out->index + result_of(i).count / 2);
    EXPECT_EQ(errors_of(queue, i), 1U) << "ResultAligned";
    i = good;
    i.in->index = 1;
    for (int k = 0; k < 32; ++k) sxm_.present(k);
    EXPECT_EQ(errors_of(queue, i), 1U) << "OperandAligned";
  }
  isa::Insn permute = insn(1);
  permute.map->index = 9;
  sxm_.present(32 + 8);
  EXPECT_EQ(errors_of(1, permute), 1U) << "OperandAligned";
}

TEST_P(SxmTiming, EachOperationHasItsQueue) {
  for (int queue = 0; queue < 6; ++queue) {
    for (int other = 0; other < 6; ++other) {
      isa::Insn i = insn(queue);
      i.op = kSxmOps.at(static_cast<std::size_t>(other));
      i.map = isa::Stream{isa::Direction::kWest, 8};
      for (int stream = 0; stream < 64; ++stream) sxm_.present(stream);
      const bool wrong = i.op != kSxmOps.at(static_cast<std::size_t>(queue));
      EXPECT_EQ(errors_of(queue, i), wrong ? 1U : 0U) << queue << other;
      rtl_.clock();
    }
  }
}

TEST_P(SxmTiming, PermutesKeepTheirInterval) {
  sxm_.dispatch(1, insn(1));
  rtl_.clock();
  rtl_.clock();
  sxm_.dispatch(1, insn(1));
  rtl_.clock();
  EXPECT_EQ(rtl_.errors(), 0U);
  sxm_.dispatch(1, insn(1));
  rtl_.clock();
  EXPECT_EQ(rtl_.errors(), 1U) << "PermuteInterval";
}

TEST_P(SxmTiming, ResetForgetsWhatIsOnItsWay) {
  for (int queue = 0; queue < 6; ++queue) sxm_.dispatch(queue, insn(queue));
  rtl_.clock();
  rtl_.reset();
  for (int cycle = 0; cycle < 60; ++cycle) {
    rtl_.clock();
    ASSERT_TRUE(rtl_.drives().empty());
  }
}

TEST_P(SxmTiming, SignalsGoToAWaveform) {
  const auto path =
      std::filesystem::path(testing::TempDir()) / ("sxm_" + std::to_string(GetParam()) + ".fst");
  {
    VerilatedFstC file;
    rtl_.trace(file, 99);
    file.open(path.c_str());
    sxm_.dispatch(3, insn(3));
    rtl_.clock();
    file.dump(std::uint64_t{0});
    rtl_.clock();
    file.dump(std::uint64_t{1});
    file.close();
  }
  EXPECT_GT(std::filesystem::file_size(path), 100U);
  std::filesystem::remove(path);
}

INSTANTIATE_TEST_SUITE_P(Superlanes, SxmTiming, testing::Values(2, 20),
                         testing::PrintToStringParamName());

TEST(SxmRtl, OtherSizesAreRefused) {
  EXPECT_THROW((void)make_sxm_rtl(RtlContext::process(), "rtl", 3), std::invalid_argument);
}

}  // namespace
}  // namespace lpu::rtl
