// SPDX-License-Identifier: Apache-2.0
// The loops for this host's instruction set against the portable ones.
#include "tlm/mxm/mxm_kernels.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace lpu::tlm::mxm {
namespace {

constexpr int kLanes = 80;  // one block of 64 outputs and a rest
constexpr int kRows = 40;

class MxmKernelsTest : public testing::Test {
 protected:
  std::vector<std::uint8_t> bytes(std::size_t count) {
    std::vector<std::uint8_t> v(count);
    for (auto& b : v) b = static_cast<std::uint8_t>(random_());
    return v;
  }
  std::mt19937 random_{5};
};

TEST_F(MxmKernelsTest, PairUp) {
  const auto even = bytes(kLanes);
  const auto odd = bytes(kLanes);
  std::vector<std::int16_t> a(2 * kLanes);
  std::vector<std::int16_t> b(2 * kLanes);
  kernels().pair_up(even.data(), odd.data(), a.data(), kLanes);
  portable_kernels().pair_up(even.data(), odd.data(), b.data(), kLanes);
  EXPECT_EQ(a, b);
}

TEST_F(MxmKernelsTest, SumI8) {
  std::vector<std::int16_t> weights(2 * kRows * kLanes);
  for (auto& w : weights) w = static_cast<std::int8_t>(random_());
  std::vector<ActivationPair> pairs;
  for (int p = 0; p < kRows; p += 1 + p % 3) {
    pairs.push_back({p, static_cast<std::int8_t>(random_()), static_cast<std::int8_t>(random_())});
  }
  std::vector<std::uint32_t> a(kLanes);
  std::vector<std::uint32_t> b(kLanes, 1);
  const int count = static_cast<int>(pairs.size());
  kernels().sum_i8(weights.data(), pairs.data(), count, kLanes, a.data());
  portable_kernels().sum_i8(weights.data(), pairs.data(), count, kLanes, b.data());
  EXPECT_EQ(a, b);
}

TEST_F(MxmKernelsTest, PlacesAndFixedPoint) {
  const auto lo = bytes(kLanes);
  const auto hi = bytes(kLanes);
  Places a;
  Places b;
  EXPECT_EQ(kernels().find_places(lo.data(), hi.data(), kLanes, &a),
            portable_kernels().find_places(lo.data(), hi.data(), kLanes, &b));
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  std::vector<std::int32_t> low[2];
  std::vector<std::int32_t> high[2];
  const Kernels* both[] = {&kernels(), &portable_kernels()};
  for (int i = 0; i < 2; ++i) {
    low[i].resize(kLanes);
    high[i].resize(kLanes);
    both[i]->to_fixed(lo.data(), hi.data(), kLanes, a.low, low[i].data(), high[i].data());
  }
  EXPECT_EQ(low[0], low[1]);
  EXPECT_EQ(high[0], high[1]);
}

TEST_F(MxmKernelsTest, SumFixedWithEveryNumberOfLimbs) {
  std::vector<std::int32_t> weights(2 * kRows * kLanes);
  for (auto& w : weights) w = static_cast<std::int32_t>(random_() & 0xfffff);
  const std::int32_t* const limbs[2] = {weights.data(), weights.data() + kRows * kLanes};
  std::vector<FixedActivation> acts;
  for (int k = 0; k < kRows; k += 2) {
    acts.push_back({k,
                    {static_cast<std::int32_t>(random_() & 0xfffff),
                     static_cast<std::int32_t>(random_() & 0x1fffff) - 0x100000}});
  }
  for (int w = 1; w <= 2; ++w) {
    for (int a = 1; a <= 2; ++a) {
      std::vector<std::int64_t> sums[2];
      const Kernels* both[] = {&kernels(), &portable_kernels()};
      for (int i = 0; i < 2; ++i) {
        sums[i].assign(3 * kLanes, 0);
        std::int64_t* const out[3] = {sums[i].data(), sums[i].data() + kLanes,
                                      sums[i].data() + 2 * kLanes};
        both[i]->sum_fixed(limbs, w, acts.data(), a, static_cast<int>(acts.size()), kLanes, out);
      }
      EXPECT_EQ(sums[0], sums[1]) << w << " and " << a << " limbs";
    }
  }
}

}  // namespace
}  // namespace lpu::tlm::mxm
