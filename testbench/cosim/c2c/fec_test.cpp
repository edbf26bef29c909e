// SPDX-License-Identifier: Apache-2.0
// Damaged frames at the RTL's receiver, against what was sent: put right or flagged, never wrong
// without a flag. The C++ decoder, which searches where the RTL solves, must say the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iostream>
#include <set>
#include <vector>

#include "testbench/cosim/c2c/link_driver.h"
#include "testbench/coverage/cover_points.h"

namespace lpu::rtl {
namespace {

class Fec : public testing::TestWithParam<int> {
 protected:
  /// A frame goes in right behind the one before, its vector is received when it has arrived, and
  /// judged when it is driven.
  void pass(const Bytes& vector, const std::vector<Phit>& damaged) {
    const Frame expected = decode_frame(damaged, vector.size());
    if (!expected.flagged) {
      ASSERT_EQ(expected.vector, vector);
    }
    expected_.push_back(expected);
    static testbench::CoverPoints outcomes("c2c_link", "frames",
                                           {{"clean", "1 symbol", "2 symbols", "flagged"}});
    outcomes.hit({expected.flagged ? 3U : static_cast<std::size_t>(expected.corrected)});
    corrected_ += static_cast<std::uint32_t>(expected.corrected);
    flagged_ += expected.flagged ? 1U : 0U;
    for (const Phit& phit : damaged) {
      driver_.link().come(phit);
      clock();
      if (HasFatalFailure()) return;
    }
    // The counts are those of the frames before: this one is not decoded yet.
    ASSERT_EQ(driver_.link().fec_corrected(), counted_corrected_);
    ASSERT_EQ(driver_.link().fec_flagged(), counted_flagged_);
    counted_corrected_ = corrected_;
    counted_flagged_ = flagged_;
    // The cycles to decode, then the receive.
    receives_.push_back(now_ + 2);
  }

  void clock() {
    if (!receives_.empty() && receives_.front() == now_) {
      receives_.pop_front();
      driver_.receive();
    }
    driver_.unit().clock();
    ++now_;
    if (driver_.unit().drives().empty()) return;
    ASSERT_FALSE(expected_.empty());
    ASSERT_EQ(driver_.unit().drives()[0].data, expected_.front().vector) << "cycle " << now_;
    ASSERT_EQ(driver_.link().flagged(), expected_.front().flagged) << "cycle " << now_;
    expected_.pop_front();
  }

  void finish() {
    for (int i = 0; i < 30; ++i) clock();
    EXPECT_TRUE(expected_.empty());
    EXPECT_EQ(driver_.link().fec_corrected(), corrected_);
    EXPECT_EQ(driver_.link().fec_flagged(), flagged_);
    EXPECT_EQ(driver_.unit().errors(), 0U);
  }

  [[nodiscard]] std::size_t frame_bytes() const { return driver_.bytes() + 8; }
  void flip(std::vector<Phit>& phits, std::size_t byte) {
    phits[byte / 14][byte % 14] ^= static_cast<std::uint8_t>(1 + random_() % 255);
  }

  std::mt19937 random_{5};
  LinkDriver driver_{GetParam()};
  std::deque<Frame> expected_;
  std::deque<int> receives_;
  int now_{0};
  std::uint32_t corrected_{0};
  std::uint32_t flagged_{0};
  std::uint32_t counted_corrected_{0};
  std::uint32_t counted_flagged_{0};
};

TEST_P(Fec, EverySingleByteErrorIsCorrected) {
  const int values = driver_.bytes() == 32 ? 255 : 6;
  for (std::size_t byte = 0; byte < frame_bytes(); ++byte) {
    for (int i = 0; i < values && !HasFatalFailure(); ++i) {
      const Bytes vector = random_bytes(driver_.bytes(), random_);
      std::vector<Phit> phits = encode_frame(vector);
      phits[byte / 14][byte % 14] ^= static_cast<std::uint8_t>(values == 255 ? i + 1
                                                               : i == 0      ? 0xff
                                                                             : 1 + random_() % 255);
      pass(vector, phits);
    }
  }
  finish();
  EXPECT_EQ(corrected_, frame_bytes() * static_cast<std::size_t>(values));
  EXPECT_EQ(flagged_, 0U);
}

TEST_P(Fec, EveryPairOfAdjacentBytesIsCorrected) {
  for (std::size_t byte = 0; byte + 1 < frame_bytes() && !HasFatalFailure(); ++byte) {
    const Bytes vector = random_bytes(driver_.bytes(), random_);
    std::vector<Phit> phits = encode_frame(vector);
    flip(phits, byte);
    flip(phits, byte + 1);
    pass(vector, phits);
  }
  finish();
  EXPECT_EQ(flagged_, 0U);
}

TEST_P(Fec, EveryBurstOfThreeToSixBytesIsFlagged) {
  std::uint32_t frames = 0;
  for (std::size_t length = 3; length <= 6; ++length) {
    for (std::size_t byte = 0; byte + length <= frame_bytes() && !HasFatalFailure(); ++byte) {
      const Bytes vector = random_bytes(driver_.bytes(), random_);
      std::vector<Phit> phits = encode_frame(vector);
      for (std::size_t i = 0; i < length; ++i) flip(phits, byte + i);
      pass(vector, phits);
      ++frames;
    }
  }
  finish();
  EXPECT_EQ(flagged_, frames);
}

TEST_P(Fec, UpToThreeErrorsOfACodeAnywhereAreCorrectedOrFlagged) {
  std::cout << "seed 5\n";
  std::uint32_t to_flag = 0;
  for (int i = 0; i < 4'000 && !HasFatalFailure(); ++i) {
    const Bytes vector = random_bytes(driver_.bytes(), random_);
    std::vector<Phit> phits = encode_frame(vector);
    bool beyond = false;
    for (std::size_t code = 0; code < 2; ++code) {
      std::set<std::size_t> bytes;
      const std::size_t errors = random_() % 4;
      while (bytes.size() < errors) bytes.insert(random_() % (frame_bytes() / 2) * 2 + code);
      for (const std::size_t byte : bytes) flip(phits, byte);
      beyond = beyond || errors > 1;
    }
    to_flag += beyond ? 1U : 0U;
    pass(vector, phits);
  }
  finish();
  EXPECT_EQ(flagged_, to_flag);
}

// Beyond what the code promises, RTL and C++ still decide alike; what is in the padding is nothing.
TEST_P(Fec, AnythingElseIsJudgedAsByTheSearch) {
  for (int i = 0; i < 1'000 && !HasFatalFailure(); ++i) {
    const Bytes vector = random_bytes(driver_.bytes(), random_);
    std::vector<Phit> phits = encode_frame(vector);
    for (std::size_t b = frame_bytes(); b < 14 * phits.size(); ++b) flip(phits, b);
    if (i % 2 == 0) {
      for (Phit& phit : phits) {
        for (std::uint8_t& byte : phit) byte = static_cast<std::uint8_t>(random_());
      }
      // Not what was sent, but perhaps a frame of something else.
      pass(decode_frame(phits, vector.size()).vector, phits);
    } else {
      pass(vector, phits);
    }
  }
  finish();
}

INSTANTIATE_TEST_SUITE_P(Superlanes, Fec, testing::Values(2, 20),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lpu::rtl
