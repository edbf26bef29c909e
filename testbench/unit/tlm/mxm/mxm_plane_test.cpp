// SPDX-License-Identifier: Apache-2.0
#include "tlm/mxm/mxm_plane.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace lpu::tlm {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Words = std::vector<std::uint32_t>;

constexpr std::uint16_t kInfinity = 0x7c00;
constexpr std::uint16_t kMinusInfinity = 0xfc00;
constexpr std::uint16_t kNan = 0x7d01;
constexpr std::uint16_t kSmallest = 0x0001;  // 2^-24
constexpr std::uint16_t kLargest = 0x7bff;   // 65504
constexpr std::uint16_t kOne = 0x3c00;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// An fp16 as an exact real number.
long double real(std::uint16_t h) {
  const int exponent = (h >> 10) & 31;
  const int fraction = h & 0x3ff;
  const long double magnitude =
      exponent == 0 ? std::ldexp(static_cast<long double>(fraction), -24)
                    : std::ldexp(static_cast<long double>(fraction + 1024), exponent - 25);
  return (h & 0x8000) != 0 ? -magnitude : magnitude;
}

bool special(std::uint16_t h) { return (h & 0x7c00) == 0x7c00; }
bool nan(std::uint16_t h) { return (h & 0x7fff) > 0x7c00; }

/// The sum in units of 2^-48, which 128 bits hold.
class ExactSum {
 public:
  void add(std::uint16_t a, std::uint16_t b) {
    const auto product = static_cast<std::int64_t>(std::ldexp(real(a), 24)) *
                         static_cast<__int128_t>(std::ldexp(real(b), 24));
    total_ += product;
  }
  /// Rounded by comparing against the two neighbours, not by shifting.
  [[nodiscard]] std::uint32_t rounded() const {
    if (total_ == 0) return 0;
    const bool negative = total_ < 0;
    __int128_t magnitude = negative ? -total_ : total_;
    int cut = 0;
    while ((magnitude >> cut) >= (1 << 24)) ++cut;
    __int128_t floor = magnitude >> cut;
    const __int128_t twice_rest = 2 * (magnitude - (floor << cut));
    const __int128_t place = __int128_t{1} << cut;
    if (twice_rest > place || (twice_rest == place && (floor & 1) != 0)) ++floor;
    const float value = std::ldexp(static_cast<float>(static_cast<std::int64_t>(floor)), cut - 48);
    return std::bit_cast<std::uint32_t>(negative ? -value : value);
  }

 private:
  __int128_t total_{0};
};

/// The whole contract for one output, from its products.
class Expected {
 public:
  void add(std::uint16_t a, std::uint16_t b) {
    if (!special(a) && !special(b)) return sum_.add(a, b);
    const bool negative = ((a ^ b) & 0x8000) != 0;
    if (nan(a) || nan(b) || real(a) == 0 || real(b) == 0) {
      nan_ = true;
    } else {
      (negative ? minus_ : plus_) = true;
    }
  }
  [[nodiscard]] std::uint32_t bits() const {
    if (nan_ || (plus_ && minus_)) return 0x7fc00000;
    if (plus_) return 0x7f800000;
    if (minus_) return 0xff800000;
    return sum_.rounded();
  }

 private:
  ExactSum sum_;
  bool nan_{false};
  bool plus_{false};
  bool minus_{false};
};

/// A plane and what the test put into it.
class LoadedPlane {
 public:
  explicit LoadedPlane(int lanes)
      : lanes_(lanes),
        bytes_(at(lanes), Bytes(at(lanes))),
        plane(lanes),
        out(at(lanes), 0xdeadbeef) {}

  std::uint8_t& byte(int row, int n) { return bytes_[at(row)][at(n)]; }
  void set_f16(int k, int n, std::uint16_t value) {
    byte(2 * k, n) = static_cast<std::uint8_t>(value);
    byte(2 * k + 1, n) = static_cast<std::uint8_t>(value >> 8);
  }
  [[nodiscard]] std::uint16_t f16(int k, int n) {
    return static_cast<std::uint16_t>(byte(2 * k, n) | (byte(2 * k + 1, n) << 8));
  }
  void load(int group) {
    const std::uint8_t* streams[16];
    for (int j = 0; j < 16; ++j) streams[j] = bytes_[at(16 * group + j)].data();
    plane.load(group, streams);
  }
  void load_all() {
    for (int g = 0; g < plane.groups(); ++g) load(g);
    plane.install();
  }

  void compute_f16(const std::vector<std::uint16_t>& act, int half) {
    Bytes lo(at(lanes_), 0x55);
    Bytes hi(at(lanes_), 0x55);
    for (int k = 0; k < lanes_ / 2; ++k) {
      lo[at(half * lanes_ / 2 + k)] = static_cast<std::uint8_t>(act[at(k)]);
      hi[at(half * lanes_ / 2 + k)] = static_cast<std::uint8_t>(act[at(k)] >> 8);
    }
    plane.compute_f16(lo.data(), hi.data(), half, out.data());
  }
  /// Computes and compares every output, with only `groups` taking part.
  void check_f16(const std::vector<std::uint16_t>& act, int half, std::uint32_t groups,
                 const std::string& what) {
    compute_f16(act, half);
    for (int n = 0; n < lanes_; ++n) {
      Expected expected;
      for (int k = 0; k < lanes_ / 2; ++k) {
        if (((groups >> (k / 8)) & 1) != 0) expected.add(act[at(k)], f16(k, n));
      }
      ASSERT_EQ(out[at(n)], expected.bits()) << what << " output " << n << std::hex << " got "
                                             << out[at(n)] << " not " << expected.bits();
    }
  }

 private:
  int lanes_;
  std::vector<Bytes> bytes_;

 public:
  MxmPlane plane;
  Words out;
};

class MxmPlaneTest : public testing::TestWithParam<int> {
 protected:
  int lanes_ = GetParam();
  int rows_ = lanes_ / 2;
  LoadedPlane bench_{lanes_};
  std::mt19937 random_{11};

  std::uint16_t any_finite() {
    for (;;) {
      const auto h = static_cast<std::uint16_t>(random_());
      if (!special(h)) return h;
    }
  }
  /// Exponent fields first..last, any fraction and sign.
  std::uint16_t between(int first, int last) {
    const auto span = static_cast<unsigned>(last - first + 1);
    const auto exponent = static_cast<unsigned>(first) + random_() % span;
    return static_cast<std::uint16_t>((random_() & 0x83ff) | (exponent << 10));
  }
};

TEST_P(MxmPlaneTest, StartsEmptyAndInstallsTheBuffer) {
  EXPECT_FALSE(bench_.plane.has_weights());
  EXPECT_TRUE(bench_.plane.buffer_empty());
  bench_.load(0);
  EXPECT_FALSE(bench_.plane.buffer_empty());
  EXPECT_FALSE(bench_.plane.has_weights());
  bench_.plane.install();
  EXPECT_TRUE(bench_.plane.buffer_empty());
  EXPECT_TRUE(bench_.plane.has_weights());
  bench_.plane.drop_weights();
  EXPECT_FALSE(bench_.plane.has_weights());
}

TEST_P(MxmPlaneTest, Int8EqualsASumOfProducts) {
  for (int k = 0; k < lanes_; ++k) {
    for (int n = 0; n < lanes_; ++n) bench_.byte(k, n) = static_cast<std::uint8_t>(random_());
  }
  bench_.load_all();
  for (const bool sparse : {false, true}) {
    Bytes act(at(lanes_));
    for (auto& a : act) a = static_cast<std::uint8_t>(sparse && random_() % 4 != 0 ? 0 : random_());
    bench_.plane.compute_i8(act.data(), bench_.out.data());
    for (int n = 0; n < lanes_; ++n) {
      int sum = 0;
      for (int k = 0; k < lanes_; ++k) {
        sum += static_cast<std::int8_t>(act[at(k)]) * static_cast<std::int8_t>(bench_.byte(k, n));
      }
      ASSERT_EQ(static_cast<int>(bench_.out[at(n)]), sum) << "output " << n;
    }
  }
}

TEST_P(MxmPlaneTest, Int8ExtremesDoNotSaturate) {
  for (const int weight : {-128, 127}) {
    for (const int activation : {-128, 127}) {
      for (int k = 0; k < lanes_; ++k) {
        for (int n = 0; n < lanes_; ++n) bench_.byte(k, n) = static_cast<std::uint8_t>(weight);
      }
      bench_.load_all();
      const Bytes act(at(lanes_), static_cast<std::uint8_t>(activation));
      bench_.plane.compute_i8(act.data(), bench_.out.data());
      for (const auto value : bench_.out) {
        ASSERT_EQ(static_cast<int>(value), lanes_ * weight * activation);
      }
    }
  }
}

TEST_P(MxmPlaneTest, UnloadedGroupsContributeNothing) {
  for (int k = 0; k < lanes_; ++k) {
    for (int n = 0; n < lanes_; ++n) bench_.byte(k, n) = 0x7e;  // as fp16: NaN
  }
  bench_.load_all();
  for (int n = 0; n < lanes_; ++n) {
    for (int k = 0; k < 8; ++k) bench_.set_f16(k, n, kOne);
  }
  bench_.load(0);
  bench_.plane.install();
  bench_.check_f16(std::vector<std::uint16_t>(at(rows_), kOne), 0, 1, "one group");
  EXPECT_EQ(std::bit_cast<float>(bench_.out[0]), 8.0f);

  const Bytes act(at(lanes_), 1);
  bench_.plane.compute_i8(act.data(), bench_.out.data());
  EXPECT_EQ(bench_.out[3], 8u * 0x3c);
}

TEST_P(MxmPlaneTest, NothingInstalledFromAnEmptyBufferGivesZero) {
  bench_.plane.install();
  bench_.compute_f16(std::vector<std::uint16_t>(at(rows_), kNan), 0);
  for (const auto value : bench_.out) EXPECT_EQ(value, 0u);
}

TEST_P(MxmPlaneTest, BufferFillsWhileTheArrayComputes) {
  bench_.byte(0, 0) = 5;
  bench_.load_all();
  bench_.byte(0, 0) = 9;
  bench_.load(0);
  Bytes act(at(lanes_), 0);
  act[0] = 2;
  bench_.plane.compute_i8(act.data(), bench_.out.data());
  EXPECT_EQ(bench_.out[0], 10u);
  bench_.plane.install();
  bench_.plane.compute_i8(act.data(), bench_.out.data());
  EXPECT_EQ(bench_.out[0], 18u);
}

// The ranges decide how many limbs weights and activations take; all four ways are walked.
TEST_P(MxmPlaneTest, F16IsExactInEveryRange) {
  struct Range {
    const char* name;
    int weight_first, weight_last, act_first, act_last;
  };
  const Range ranges[] = {
      {"narrow", 8, 16, 10, 18},
      {"weights as trained", 0, 14, 5, 18},
      {"wide weights", 0, 30, 10, 15},
      {"wide activations", 8, 14, 0, 30},
      {"one limb each, too wide", 0, 20, 0, 20},
      {"wide both", 0, 30, 0, 30},
      {"subnormal", 0, 0, 0, 0},
      {"largest", 30, 30, 30, 30},
  };
  for (const Range& range : ranges) {
    for (int k = 0; k < rows_; ++k) {
      for (int n = 0; n < lanes_; ++n) {
        bench_.set_f16(k, n, between(range.weight_first, range.weight_last));
      }
    }
    bench_.load_all();
    for (const int half : {0, 1}) {
      std::vector<std::uint16_t> act(at(rows_));
      for (auto& a : act)
        a = random_() % 5 == 0 ? 0x8000 : between(range.act_first, range.act_last);
      bench_.check_f16(act, half, ~0u, range.name);
    }
  }
}

TEST_P(MxmPlaneTest, F16CancellationLeavesTheSmallestTerm) {
  for (int n = 0; n < lanes_; ++n) {
    bench_.set_f16(0, n, kLargest);
    bench_.set_f16(1, n, kSmallest);
    bench_.set_f16(2, n, kLargest);
  }
  bench_.load_all();
  std::vector<std::uint16_t> act(at(rows_), 0);
  act[0] = kLargest;
  act[1] = kSmallest;
  act[2] = kLargest | 0x8000;
  bench_.check_f16(act, 0, ~0u, "cancel");
  EXPECT_EQ(std::bit_cast<float>(bench_.out[0]), 0x1p-48f);
  act[1] = 0x8000;
  bench_.compute_f16(act, 0);
  EXPECT_EQ(bench_.out[0], 0u) << "a zero sum is +0";
}

TEST_P(MxmPlaneTest, F16LargestSumStaysFinite) {
  for (int k = 0; k < rows_; ++k) {
    for (int n = 0; n < lanes_; ++n) bench_.set_f16(k, n, k % 2 == 0 ? kLargest : kSmallest);
  }
  for (int n = 0; n < lanes_; ++n) bench_.set_f16(1, n, kLargest);
  bench_.load_all();
  bench_.check_f16(std::vector<std::uint16_t>(at(rows_), kLargest), 0, ~0u, "largest");
  bench_.check_f16(std::vector<std::uint16_t>(at(rows_), kLargest | 0x8000), 1, ~0u,
                   "most negative");
}

// Ties of the one rounding: 2^24 + 1 lies between two floats, a term of 2^-24 decides.
TEST_P(MxmPlaneTest, F16RoundsOnceTiesToEven) {
  for (int n = 0; n < lanes_; ++n) {
    bench_.set_f16(0, n, 0x6c00);                     // 4096
    bench_.set_f16(1, n, n % 4 < 2 ? kOne : 0x4200);  // 1 or 3
    bench_.set_f16(2, n, n % 2 == 0 ? std::uint16_t{0} : kSmallest);
  }
  bench_.load_all();
  std::vector<std::uint16_t> act(at(rows_), 0);
  act[0] = 0x6c00;
  act[1] = kOne;
  act[2] = kOne;
  bench_.check_f16(act, 0, ~0u, "ties");
  EXPECT_EQ(std::bit_cast<float>(bench_.out[0]), 16777216.0f);
  EXPECT_EQ(std::bit_cast<float>(bench_.out[1]), 16777218.0f);
  EXPECT_EQ(std::bit_cast<float>(bench_.out[2]), 16777220.0f);
  act[2] = kOne | 0x8000;
  bench_.check_f16(act, 0, ~0u, "ties from below");
  EXPECT_EQ(std::bit_cast<float>(bench_.out[3]), 16777218.0f);
}

// The deciding term is the smallest there is, 2^-48, in a sum that takes more than 64 bits.
TEST_P(MxmPlaneTest, F16RoundingSeesTheLastBit) {
  for (int n = 0; n < lanes_; ++n) {
    bench_.set_f16(0, n, 0x6c00);
    bench_.set_f16(1, n, kOne);
    bench_.set_f16(2, n, kSmallest);
  }
  bench_.load_all();
  std::vector<std::uint16_t> act(at(rows_), 0);
  act[0] = 0x6c00;
  act[1] = kOne;
  act[2] = kSmallest;
  bench_.check_f16(act, 0, ~0u, "just above a tie");
  EXPECT_EQ(std::bit_cast<float>(bench_.out[0]), 16777218.0f);
  act[2] = kSmallest | 0x8000;
  bench_.check_f16(act, 0, ~0u, "just below a tie");
  EXPECT_EQ(std::bit_cast<float>(bench_.out[0]), 16777216.0f);
}

// Every span of bits with terms of one sign: a sum that outgrew its integer would show.
TEST_P(MxmPlaneTest, F16SumsOfOneSignFitWhateverTheSpan) {
  for (int exponent = 1; exponent <= 30; ++exponent) {
    const auto large = static_cast<std::uint16_t>((exponent << 10) | 0x3ff);
    for (int k = 0; k < rows_; ++k) {
      for (int n = 0; n < lanes_; ++n) bench_.set_f16(k, n, k == 0 ? kSmallest : large);
    }
    bench_.load_all();
    for (const int activation : {exponent, 30 - exponent, 20}) {
      std::vector<std::uint16_t> act(at(rows_),
                                     static_cast<std::uint16_t>((activation << 10) | 0x3ff));
      act[0] = kSmallest;
      bench_.check_f16(act, 0, ~0u, "exponent " + std::to_string(exponent));
      for (auto& a : act) a = static_cast<std::uint16_t>(a | 0x8000);
      bench_.check_f16(act, 1, ~0u, "negative, exponent " + std::to_string(exponent));
    }
  }
}

TEST_P(MxmPlaneTest, F16SpecialWeightsAndActivations) {
  const std::uint16_t values[] = {0,    0x8000,    kOne,           0xbc00,
                                  kNan, kInfinity, kMinusInfinity, kSmallest};
  for (int k = 0; k < rows_; ++k) {
    for (int n = 0; n < lanes_; ++n) {
      bench_.set_f16(k, n, k < 3 && random_() % 3 == 0 ? values[random_() % 8] : any_finite());
    }
  }
  bench_.load_all();
  for (int round = 0; round < 20; ++round) {
    std::vector<std::uint16_t> act(at(rows_));
    for (auto& a : act) a = any_finite();
    act[0] = values[random_() % 8];
    act[1] = values[random_() % 8];
    act[at(rows_ - 1)] = round % 2 == 0 ? act[2] : values[random_() % 8];
    bench_.check_f16(act, round % 2, ~0u, "special");
  }
}

TEST_P(MxmPlaneTest, ZeroActivationTimesInfinityIsNan) {
  bench_.set_f16(2, 1, kInfinity);
  bench_.load_all();
  bench_.compute_f16(std::vector<std::uint16_t>(at(rows_), 0), 0);
  EXPECT_EQ(bench_.out[0], 0u);
  EXPECT_EQ(bench_.out[1], 0x7fc00000u);
}

TEST_P(MxmPlaneTest, AccumulatorsAddIntegersModulo2To32) {
  const Words first(at(lanes_), 0x7fff'ffff);
  const Words second(at(lanes_), 2);
  EXPECT_EQ(bench_.plane.accumulate(3, false, isa::Type::kI32, first.data())[0], 0x7fff'ffffu);
  EXPECT_EQ(bench_.plane.accumulate(4, false, isa::Type::kI32, second.data())[0], 2u);
  const auto* slot = bench_.plane.accumulate(3, true, isa::Type::kI32, second.data());
  for (int n = 0; n < lanes_; ++n) EXPECT_EQ(slot[n], 0x8000'0001u);
}

TEST_P(MxmPlaneTest, AccumulatorsAddFloatsWithOneRounding) {
  const auto add = [&](float a, float b) {
    const Words first(at(lanes_), std::bit_cast<std::uint32_t>(a));
    const Words second(at(lanes_), std::bit_cast<std::uint32_t>(b));
    bench_.plane.accumulate(15, false, isa::Type::kF32, first.data());
    return bench_.plane.accumulate(15, true, isa::Type::kF32, second.data())[lanes_ - 1];
  };
  constexpr float kInf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(add(16777216.0f, 1.0f), std::bit_cast<std::uint32_t>(16777216.0f));
  EXPECT_EQ(add(16777216.0f, 3.0f), std::bit_cast<std::uint32_t>(16777220.0f));
  EXPECT_EQ(add(0x1p-149f, 0x1p-149f), 2u);
  EXPECT_EQ(add(kInf, -kInf), 0x7fc00000u);
  EXPECT_EQ(add(-std::numeric_limits<float>::quiet_NaN(), 1.0f), 0x7fc00000u);
}

INSTANTIATE_TEST_SUITE_P(Lanes, MxmPlaneTest, testing::Values(16, 32, 96, 320));

}  // namespace
}  // namespace lpu::tlm
