// SPDX-License-Identifier: Apache-2.0
#include "traces/summary/sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace lpu::traces {
namespace {

std::string hash(std::string_view text) {
  return sha256(std::vector<std::uint8_t>(text.begin(), text.end()));
}

// The examples of FIPS 180-2, appendix B, and the empty message of the NIST test vectors.
TEST(Sha256Test, AgreesWithThePublishedVectors) {
  EXPECT_EQ(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hash(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PiecesAndWholeAreTheSame) {
  const std::vector<std::uint8_t> bytes(200, 0x5a);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Sha256 pieces;
    pieces.add(std::span(bytes).first(cut));
    pieces.add(std::span(bytes).subspan(cut));
    EXPECT_EQ(pieces.finish(), sha256(bytes)) << "cut at " << cut;
  }
}

TEST(Sha256Test, FloatsAreHashedByTheirBitsLowByteFirst) {
  const std::vector<float> values{1.0F, -0.0F};
  EXPECT_EQ(sha256(std::span<const float>(values)),
            sha256(std::vector<std::uint8_t>{0, 0, 0x80, 0x3f, 0, 0, 0, 0x80}));
}

}  // namespace
}  // namespace lpu::traces
