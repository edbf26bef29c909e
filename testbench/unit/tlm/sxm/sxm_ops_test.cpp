// SPDX-License-Identifier: Apache-2.0
#include "tlm/sxm/sxm_ops.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace lpu::tlm {
namespace {

using Vector = std::vector<std::uint8_t>;

/// Lane i holds a value that is never zero and differs from its neighbours'.
Vector numbered(int lanes) {
  Vector v(static_cast<std::size_t>(lanes));
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<std::uint8_t>(1 + i % 251);
  return v;
}

class SxmOpsTest : public testing::TestWithParam<int> {
 protected:
  int lanes_ = GetParam();
  std::size_t size_ = static_cast<std::size_t>(lanes_);
  Vector in_ = numbered(lanes_);
  Vector out_ = Vector(size_, 0xee);
};

TEST_P(SxmOpsTest, ShiftMovesNorthAndSouthWithZeroFill) {
  for (const int n :
       {0, 1, -1, 16, -16, 31, -lanes_ + 1, lanes_ - 1, lanes_, -lanes_, 1000, -1000}) {
    out_.assign(size_, 0xee);
    shift(in_.data(), n, out_.data(), lanes_);
    for (int i = 0; i < lanes_; ++i) {
      const bool inside = i - n >= 0 && i - n < lanes_;
      const int expected = inside ? in_[static_cast<std::size_t>(i - n)] : 0;
      ASSERT_EQ(out_[static_cast<std::size_t>(i)], expected) << "n " << n << " lane " << i;
    }
  }
}

TEST_P(SxmOpsTest, PermuteReversesAndZeroesWhatIsNoLane) {
  Vector lo(size_);
  Vector hi(size_);
  for (std::size_t i = 0; i < size_; ++i) {
    const std::size_t from = size_ - 1 - i;
    lo[i] = static_cast<std::uint8_t>(from);
    hi[i] = static_cast<std::uint8_t>(from >> 8);
  }
  lo[2] = static_cast<std::uint8_t>(size_);
  hi[2] = static_cast<std::uint8_t>(size_ >> 8);
  lo[3] = hi[3] = 0xff;
  permute(in_.data(), lo.data(), hi.data(), out_.data(), lanes_);
  for (std::size_t i = 0; i < size_; ++i) {
    EXPECT_EQ(out_[i], i == 2 || i == 3 ? 0 : in_[size_ - 1 - i]) << "lane " << i;
  }
}

TEST_P(SxmOpsTest, DistributeStaysInsideItsSuperlane) {
  Vector map(size_);
  for (std::size_t i = 0; i < size_; ++i) map[i] = static_cast<std::uint8_t>(i * 37);
  distribute(in_.data(), map.data(), out_.data(), lanes_);
  for (std::size_t i = 0; i < size_; ++i) {
    const int expected = map[i] >= 128 ? 0 : in_[i / 16 * 16 + map[i] % 16];
    EXPECT_EQ(out_[i], expected) << "lane " << i;
  }
}

TEST_P(SxmOpsTest, RotateGoesRoundInsideItsSuperlane) {
  for (int n = -40; n <= 40; ++n) {
    rotate(in_.data(), n, out_.data(), lanes_);
    for (int i = 0; i < lanes_; ++i) {
      const int from = i / 16 * 16 + ((i % 16 + n) % 16 + 16) % 16;
      ASSERT_EQ(out_[static_cast<std::size_t>(i)], in_[static_cast<std::size_t>(from)])
          << "n " << n << " lane " << i;
    }
  }
}

TEST_P(SxmOpsTest, TransposeSwapsStreamAndLane) {
  std::array<Vector, 16> in;
  std::array<Vector, 16> out;
  std::array<const std::uint8_t*, 16> in_ptr;
  std::array<std::uint8_t*, 16> out_ptr;
  for (std::size_t s = 0; s < 16; ++s) {
    in[s] = in_;
    for (auto& byte : in[s]) byte = static_cast<std::uint8_t>(byte * 3 + 11 * s);
    out[s].assign(size_, 0xee);
    in_ptr[s] = in[s].data();
    out_ptr[s] = out[s].data();
  }
  transpose(in_ptr.data(), out_ptr.data(), lanes_);
  for (std::size_t s = 0; s < 16; ++s) {
    for (std::size_t i = 0; i < size_; ++i) {
      ASSERT_EQ(out[s][i], in[i % 16][i / 16 * 16 + s]) << "stream " << s << " lane " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Lanes, SxmOpsTest, testing::Values(16, 32, 320));

}  // namespace
}  // namespace lpu::tlm
