// SPDX-License-Identifier: Apache-2.0
// An end of a link with operands of any bits, on any stream, and with receives at any distance.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <iostream>
#include <set>

#include "testbench/cosim/c2c/link_driver.h"

namespace lpu::rtl {
namespace {

// docs/timing.md, section 2.
constexpr int kSendLatency = 21;
constexpr int kReceiveLatency = 21;
constexpr int kPace = 27;

class LinkRandom : public testing::TestWithParam<int> {
 protected:
  [[nodiscard]] Bytes vector() { return random_bytes(driver_.bytes(), random_); }

  std::mt19937 random_{9};
  LinkDriver driver_{GetParam()};
  UnitRtl& unit_ = driver_.unit();
  C2cLinkRtl& link_ = driver_.link();
};

/// Of every superlane none, one or two bits of the code word are wrong.
TEST_P(LinkRandom, AnyOperandOnAnyStreamIsJudgedAndSent) {
  std::cout << "seed 9\n";
  for (int i = 0; i < 20 * 64; ++i) {
    Bytes bytes = vector();
    UnitRtl::Checks checks = checks_of(bytes);
    Bytes expected = bytes;
    int corrected = 0;
    bool uncorrectable = false;
    for (std::size_t r = 0; r < bytes.size() / 16; ++r) {
      const std::size_t wrong = random_() % 3;
      std::set<std::size_t> places;
      while (places.size() < wrong) places.insert(random_() % 137);
      for (const std::size_t place : places) {
        if (place < 128) {
          bytes[16 * r + place / 8] ^= static_cast<std::uint8_t>(1U << place % 8);
        } else {
          checks[r] ^= static_cast<std::uint16_t>(1U << (place - 128));
        }
      }
      corrected += wrong == 1 ? 1 : 0;
      uncorrectable = uncorrectable || wrong == 2;
      // Two wrong bits are reported, and leave as they came.
      if (wrong == 2) std::copy_n(&bytes[16 * r], 16, &expected[16 * r]);
    }
    driver_.send(bytes, i % 64);
    unit_.present(i % 64, bytes.data(), checks);
    driver_.clock(1);
    ASSERT_EQ(unit_.corrected(), corrected);
    ASSERT_EQ(unit_.uncorrectable(), uncorrectable);
    driver_.clock(kSendLatency - 1);
    for (const Phit& phit : encode_frame(expected)) {
      ASSERT_EQ(link_.sent(), phit) << "stream " << i % 64;
      driver_.clock(1);
    }
    driver_.clock(kPace);
  }
  EXPECT_EQ(unit_.errors(), 0U);
}

/// Receives at any distance, onto any stream.
TEST_P(LinkRandom, AnyReceivesUnderWayKeepTheirStreamAndVector) {
  std::cout << "seed 9\n";
  struct Due {
    int at;
    int stream;
    Bytes data;
  };
  std::deque<Due> due;
  std::deque<Bytes> arrived;
  int now = 0;
  const auto clock = [&] {
    unit_.clock();
    ++now;
    const bool drives = !due.empty() && due.front().at == now;
    ASSERT_EQ(unit_.drives().size(), drives ? 1U : 0U) << now;
    if (!drives) return;
    EXPECT_TRUE(unit_.drives()[0].whole);
    EXPECT_EQ(unit_.drives()[0].stream, due.front().stream);
    EXPECT_EQ(unit_.drives()[0].data, due.front().data);
    EXPECT_EQ(unit_.drives()[0].checks, checks_of(due.front().data));
    due.pop_front();
  };
  for (int round = 0; round < 200 && !HasFatalFailure(); ++round) {
    while (arrived.size() < 8) {
      arrived.push_back(vector());
      for (const Phit& phit : encode_frame(arrived.back())) {
        link_.come(phit);
        clock();
      }
    }
    clock();
    clock();
    for (; !arrived.empty(); arrived.pop_front()) {
      for (auto wait = round % 2 == 0 ? 0 : random_() % 6; wait > 0; --wait) clock();
      const int stream = static_cast<int>(random_() % 64);
      due.push_back({now + kReceiveLatency, stream, arrived.front()});
      driver_.receive(stream);
      clock();
    }
    for (int i = 0; i < kReceiveLatency; ++i) clock();
  }
  EXPECT_EQ(unit_.errors(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Superlanes, LinkRandom, testing::Values(2, 20),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lpu::rtl
