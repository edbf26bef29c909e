// SPDX-License-Identifier: Apache-2.0
// When an end of a link sends, when what came may be received, and what it complains about.
#include <gtest/gtest.h>
#include <verilated_fst_c.h>

#include <filesystem>
#include <stdexcept>

#include "testbench/cosim/c2c/link_driver.h"

namespace lpu::rtl {
namespace {

// docs/timing.md, section 2.
constexpr int kSendLatency = 21;
constexpr int kReceiveLatency = 21;
constexpr int kPace = 27;

class LinkTiming : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] Bytes vector() { return random_bytes(driver_.bytes(), random_); }
  [[nodiscard]] int phits() const { return driver_.bytes() == 320 ? 24 : 3; }

  std::mt19937 random_{9};
  LinkDriver driver_{GetParam()};
  UnitRtl& unit_ = driver_.unit();
  C2cLinkRtl& link_ = driver_.link();
};

TEST_P(LinkTiming, AFrameLeaves21CyclesAfterItsSendPhitByPhit) {
  for (const int stream : {0, 31, 32, 63}) {
    const Bytes sent = vector();
    const std::vector<Phit> expected = encode_frame(sent);
    driver_.send(sent, stream);
    for (int cycle = 1; cycle < kSendLatency + phits() + 5; ++cycle) {
      unit_.clock();
      const auto phit = link_.sent();
      const int index = cycle - kSendLatency;
      ASSERT_EQ(phit.has_value(), index >= 0 && index < phits()) << "cycle " << cycle;
      if (phit) {
        ASSERT_EQ(*phit, expected[static_cast<std::size_t>(index)]) << index;
      }
    }
  }
  EXPECT_EQ(unit_.errors(), 0U);
}

TEST_P(LinkTiming, FramesLeaveAtThePace) {
  std::vector<std::vector<Phit>> expected;
  for (int cycle = 0; cycle < 10 * kPace + kSendLatency; ++cycle) {
    if (cycle % kPace == 0 && cycle < 10 * kPace) {
      const Bytes sent = vector();
      expected.push_back(encode_frame(sent));
      driver_.send(sent);
    }
    const auto phit = link_.sent();
    const int since = cycle - kSendLatency;
    ASSERT_EQ(phit.has_value(), since >= 0 && since % kPace < phits()) << cycle;
    if (phit) {
      ASSERT_EQ(*phit, expected[static_cast<std::size_t>(since / kPace)]
                               [static_cast<std::size_t>(since % kPace)]);
    }
    unit_.clock();
  }
  EXPECT_EQ(unit_.errors(), 0U);
}

TEST_P(LinkTiming, ASendSoonerThanThePaceIsAnError) {
  driver_.send(vector());
  driver_.clock(kPace);
  driver_.send(vector());
  driver_.clock(kPace - 1);
  EXPECT_EQ(unit_.errors(), 0U);
  driver_.send(vector());
  driver_.clock(1);
  EXPECT_EQ(unit_.errors(), 1U) << "SendPace";
}

TEST_P(LinkTiming, AVectorMayBeReceivedTwoCyclesAfterItsLastPhitAndNotBefore) {
  const Bytes sent = vector();
  driver_.come(encode_frame(sent));
  driver_.clock(2);
  driver_.receive(17);
  for (int cycle = 1; cycle < kReceiveLatency; ++cycle) {
    driver_.clock(1);
    ASSERT_TRUE(unit_.drives().empty()) << cycle;
  }
  driver_.clock(1);
  ASSERT_EQ(unit_.drives().size(), 1U);
  EXPECT_EQ(unit_.drives()[0].port, 0);
  EXPECT_EQ(unit_.drives()[0].stream, 17);
  EXPECT_TRUE(unit_.drives()[0].whole);
  EXPECT_EQ(unit_.drives()[0].data, sent);
  EXPECT_EQ(unit_.drives()[0].checks, checks_of(sent));
  EXPECT_FALSE(link_.flagged());
  driver_.clock(1);
  EXPECT_TRUE(unit_.drives().empty());
  EXPECT_EQ(unit_.errors(), 0U);

  LinkDriver early(GetParam());
  early.come(encode_frame(sent));
  early.clock(1);
  early.receive();
  early.clock(1);
  EXPECT_EQ(early.unit().errors(), 1U) << "NothingArrived";
}

TEST_P(LinkTiming, TheOldestIsReceivedFirstAndEightMayWait) {
  std::vector<Bytes> sent;
  for (int i = 0; i < 8; ++i) {
    sent.push_back(vector());
    driver_.come(encode_frame(sent.back()));
  }
  driver_.clock(10);
  EXPECT_EQ(unit_.errors(), 0U);
  // One a cycle.
  for (int cycle = 0; cycle < 8 + kReceiveLatency; ++cycle) {
    if (cycle < 8) driver_.receive(cycle);
    driver_.clock(1);
    const int due = cycle + 1 - kReceiveLatency;
    ASSERT_EQ(unit_.drives().size(), due >= 0 && due < 8 ? 1U : 0U);
    if (unit_.drives().empty()) continue;
    EXPECT_EQ(unit_.drives()[0].stream, due);
    EXPECT_EQ(unit_.drives()[0].data, sent[static_cast<std::size_t>(due)]);
  }
  driver_.receive();
  driver_.clock(1);
  EXPECT_EQ(unit_.errors(), 1U) << "NothingArrived";
}

TEST_P(LinkTiming, ANinthThatWaitsIsAnError) {
  for (int i = 0; i < 9; ++i) driver_.come(encode_frame(vector()));
  EXPECT_EQ(unit_.errors(), 0U);
  driver_.clock(2);
  EXPECT_EQ(unit_.errors(), 1U) << "BufferOverflows";
}

// A slot is free again when its vector is on the stream.
TEST_P(LinkTiming, AVectorOnItsWayToTheStreamStillHasItsSlot) {
  for (int i = 0; i < 8; ++i) driver_.come(encode_frame(vector()));
  driver_.clock(2);
  driver_.receive();
  const std::vector<Phit> ninth = encode_frame(vector());
  driver_.clock(kReceiveLatency - 1 - phits() > 0 ? kReceiveLatency - 1 - phits() : 0);
  driver_.come(ninth);
  driver_.clock(2);
  EXPECT_EQ(unit_.errors(), 0U);
}

TEST_P(LinkTiming, SendAndReceiveDoNotDisturbEachOther) {
  const Bytes out = vector();
  const Bytes in = vector();
  const std::vector<Phit> leaving = encode_frame(out);
  const std::vector<Phit> coming = encode_frame(in);
  driver_.send(out);
  driver_.clock(1);
  driver_.come(coming);
  driver_.clock(2);
  driver_.receive();
  const int at = 1 + phits() + 2;
  for (int cycle = at; cycle < 80; ++cycle) {
    const int index = cycle - kSendLatency;
    ASSERT_EQ(link_.sent().has_value(), index >= 0 && index < phits());
    if (link_.sent()) {
      ASSERT_EQ(*link_.sent(), leaving[static_cast<std::size_t>(index)]);
    }
    ASSERT_EQ(unit_.drives().size(), cycle == at + kReceiveLatency ? 1U : 0U);
    if (!unit_.drives().empty()) {
      ASSERT_EQ(unit_.drives()[0].data, in);
    }
    driver_.clock(1);
  }
  EXPECT_EQ(unit_.errors(), 0U);
}

TEST_P(LinkTiming, OperandsArePutRightAndReported) {
  const Bytes sent = vector();
  Bytes damaged = sent;
  for (std::size_t r = 0; r < damaged.size() / 16; ++r) damaged[16 * r + r % 16] ^= 0x40;
  driver_.send(sent);
  unit_.present(3, damaged.data(), checks_of(sent));
  driver_.clock(1);
  EXPECT_EQ(unit_.corrected(), GetParam());
  EXPECT_FALSE(unit_.uncorrectable());
  driver_.clock(kSendLatency - 1);
  EXPECT_EQ(unit_.corrected(), 0);
  std::vector<Phit> phits_sent;
  for (int i = 0; i < phits(); ++i) {
    phits_sent.push_back(link_.sent().value_or(Phit{}));
    driver_.clock(1);
  }
  EXPECT_EQ(phits_sent, encode_frame(sent));

  damaged = sent;
  damaged[0] ^= 3;
  driver_.send(sent);
  unit_.present(3, damaged.data(), checks_of(sent));
  driver_.clock(1);
  EXPECT_EQ(unit_.corrected(), 0);
  EXPECT_TRUE(unit_.uncorrectable());
}

TEST_P(LinkTiming, WhatBreaksTheScheduleIsAnError) {
  isa::Insn insn;
  insn.op = isa::Op::kSend;
  insn.in = stream_of(5);
  unit_.issue(0, isa::encode(insn));
  driver_.clock(2);
  EXPECT_EQ(unit_.errors(), 1U) << "OperandDriven";
  insn.op = isa::Op::kRotate;
  insn.out = stream_of(5);
  unit_.issue(0, isa::encode(insn));
  driver_.clock(1);
  EXPECT_EQ(unit_.errors(), 2U) << "SendOrReceive";
  link_.come(Phit{});
  driver_.clock(2);
  EXPECT_EQ(unit_.errors(), 3U) << "FrameWithoutGap";
}

TEST_P(LinkTiming, SignalsGoToAWaveform) {
  const auto path = std::filesystem::path(testing::TempDir()) /
                    ("c2c_link_" + std::to_string(GetParam()) + ".fst");
  {
    VerilatedFstC file;
    unit_.trace(file, 99);
    file.open(path.c_str());
    driver_.send(vector());
    driver_.clock(1);
    file.dump(std::uint64_t{0});
    driver_.clock(25);
    file.dump(std::uint64_t{1});
    file.close();
  }
  EXPECT_GT(std::filesystem::file_size(path), 100U);
  std::filesystem::remove(path);
}

INSTANTIATE_TEST_SUITE_P(Superlanes, LinkTiming, testing::Values(2, 20),
                         testing::PrintToStringParamName());

TEST(C2cLinkRtl, OtherSizesAreRefused) {
  EXPECT_THROW((void)C2cLinkRtl::make(RtlContext::process(), "rtl", 3), std::invalid_argument);
}

}  // namespace
}  // namespace lpu::rtl
