// SPDX-License-Identifier: Apache-2.0
// What the code of a link makes of errors on the wire. The judge counts wrong bytes of each code
// word by comparing wires, and knows what a code of distance 5 guarantees.
#include "fabric/link/bit_errors.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <iostream>
#include <random>

namespace lpu::fabric {
namespace {

using Bytes = std::vector<std::uint8_t>;

BitErrors::Config config(std::int64_t interval, std::int64_t burst, std::uint64_t seed) {
  return {{{interval, "C"}, {burst, "C"}}, 320, seed, 0};
}

Bytes random_vector(std::uint64_t seed) {
  std::mt19937 random(static_cast<std::uint32_t>(seed));
  Bytes bytes(320);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8);
  return bytes;
}

/// Wrong bytes of the words of even and of odd bytes; those of the padding do not count.
std::array<int, 2> wrong_bytes(const std::vector<isa::Phit>& a, const std::vector<isa::Phit>& b) {
  std::array<int, 2> wrong{};
  for (std::size_t i = 0; i < 328; ++i) {
    wrong[i % 2] += a[i / 14][i % 14] == b[i / 14][i % 14] ? 0 : 1;
  }
  return wrong;
}

struct Campaign {
  int clean{0};  // errors in the padding only
  int corrected{0};
  int flagged{0};
  int beyond{0};   // a word with four wrong bytes or more: nothing is guaranteed
  int slipped{0};  // of those, wrong and not flagged
};

void judge(const BitErrors& errors, const Bytes& sent, std::uint64_t n, Campaign& campaign) {
  const auto [even, odd] = wrong_bytes(errors.wire(sent, n), isa::encode_frame(sent));
  const isa::Frame came = errors.pass(sent, n);
  if (even > 3 || odd > 3) {
    ++campaign.beyond;
    campaign.slipped += came.flagged || came.vector == sent ? 0 : 1;
  } else if (even > 1 || odd > 1) {
    ASSERT_TRUE(came.flagged) << even << " and " << odd << " wrong bytes";
    ++campaign.flagged;
  } else {
    ASSERT_FALSE(came.flagged);
    ASSERT_EQ(came.vector, sent);
    ASSERT_EQ(came.corrected, even + odd);
    ++(even + odd > 0 ? campaign.corrected : campaign.clean);
  }
}

// Published: simple errors are corrected, bursts detected.
TEST(BitErrorsTest, OfTenThousandSeedsEveryDamagedVectorIsCorrectedOrFlagged) {
  Campaign campaign;
  for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
    const BitErrors errors(config(4'000, 8, seed));
    std::uint64_t n = 0;
    while (errors.begin(n) == 0) ++n;
    judge(errors, random_vector(seed), n, campaign);
  }
  std::cout << campaign.corrected << " corrected, " << campaign.flagged << " flagged, "
            << campaign.clean << " in the padding, " << campaign.beyond << " beyond, of them "
            << campaign.slipped << " unseen\n";
  EXPECT_GT(campaign.corrected, 3'000);
  EXPECT_GT(campaign.flagged, 1'000);
  EXPECT_EQ(campaign.slipped, 0) << "one in 100,000 of those beyond";
}

// A word with many wrong bytes is any word; 164 places of 255 errors are taken for a single one,
// out of 2^32: 9.7 in a million.
TEST(BitErrorsTest, BeyondItsGuaranteeTheCodeSees99999OutOf100000) {
  constexpr int kFrames = 200'000;
  std::mt19937 random(1);
  const Bytes sent(320, 0);
  int slipped = 0;
  for (int i = 0; i < kFrames; ++i) {
    std::vector<isa::Phit> phits = isa::encode_frame(sent);
    for (std::size_t b = 0; b < 328; b += 2) {
      phits[b / 14][b % 14] = static_cast<std::uint8_t>(random() >> 8);
    }
    slipped += isa::decode_frame(phits, 320).flagged ? 0 : 1;
  }
  std::cout << slipped << " of " << kFrames << " unseen\n";
  EXPECT_LE(slipped, 10) << "1.9 are expected";
}

// Poisson to within what a sample of so many frames tells: 2,688 bits of a frame are at risk.
TEST(BitErrorsTest, ErrorsBeginAsOftenAsTheyShould) {
  for (const std::int64_t interval : {std::int64_t{100}, std::int64_t{10'000}}) {
    const BitErrors errors(config(interval, 1, 5));
    constexpr int kFrames = 200'000;
    double sum = 0;
    for (std::uint64_t n = 0; n < kFrames; ++n) sum += errors.begin(n);
    const double mean = 2'688.0 / static_cast<double>(interval);
    EXPECT_NEAR(sum / kFrames, mean, 5 * std::sqrt(mean / kFrames));
  }
}

// One in 10^9 bits: as many frames as it takes to see some.
TEST(BitErrorsTest, RareErrorsAreNotLost) {
  const BitErrors errors(config(1'000'000'000, 1, 5));
  constexpr int kFrames = 3'000'000;
  int begun = 0;
  for (std::uint64_t n = 0; n < kFrames; ++n) begun += errors.begin(n);
  EXPECT_NEAR(begun, 8.06, 5 * 2.84);
  EXPECT_GT(begun, 0);
}

TEST(BitErrorsTest, ABurstStaysOnALaneAndIsNotLongerThanItSays) {
  int longest = 0;
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const BitErrors errors(config(1'000'000, 8, seed));
    const Bytes sent = random_vector(seed);
    std::uint64_t n = 0;
    while (errors.begin(n) != 1) ++n;
    const auto clean = isa::encode_frame(sent);
    const auto came = errors.wire(sent, n);
    std::vector<int> lanes;
    std::vector<int> bits;
    for (int phit = 0; phit < 24; ++phit) {
      for (int pin = 0; pin < 112; ++pin) {
        const auto p = static_cast<std::size_t>(phit);
        const auto byte = static_cast<std::size_t>(pin / 8);
        if (((clean[p][byte] ^ came[p][byte]) >> (pin % 8) & 1) != 0) {
          lanes.push_back(pin / 28);
          bits.push_back(28 * phit + pin % 28);
        }
      }
    }
    ASSERT_FALSE(bits.empty());
    for (const int lane : lanes) ASSERT_EQ(lane, lanes.front());
    longest = std::max(longest, bits.back() - bits.front() + 1);
  }
  EXPECT_EQ(longest, 8);
}

}  // namespace
}  // namespace lpu::fabric
