// SPDX-License-Identifier: Apache-2.0
// The RTL plane against the reference in every cycle, on random legal schedules.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "rtl/mxm/mxm_plane_rtl.h"
#include "testbench/cosim/mxm/plane_reference.h"
#include "testbench/coverage/cover_points.h"

namespace lpu::rtl {
namespace {

/// What the high bytes of weights and activations look like.
enum class Values : std::uint8_t {
  kAnyBits,       // as fp16, one in 32 is NaN or infinite
  kFinite,        // full range of exponents, nothing special
  kMostlyFinite,  // a special value now and then
  kSmall,         // subnormals and zeros
  kSimilar,       // exponents close together, so that sums cancel and round
};

struct Traffic {
  std::string name;
  unsigned lanes;
  Values values;
  int fp16_percent;
  int cycles;
};

class PlaneRandom : public testing::TestWithParam<Traffic> {
 protected:
  std::uint8_t high_byte() {
    const auto byte = static_cast<std::uint8_t>(random_());
    switch (GetParam().values) {
      case Values::kAnyBits:
        return byte;
      case Values::kFinite:
        return (byte & 0x7c) == 0x7c ? byte & 0xbf : byte;
      case Values::kMostlyFinite:
        return (byte & 0x7c) == 0x7c && random_() % 1024 != 0 ? byte & 0xbf : byte;
      case Values::kSmall:
        return byte & 0x83;
      case Values::kSimilar:
        return static_cast<std::uint8_t>((byte & 0x83) | (13 + random_() % 4) << 2);
    }
    return byte;
  }

  /// Streams alternate between low and high bytes; int8 does not mind.
  void fill(std::vector<std::uint8_t>& streams) {
    for (std::size_t i = 0; i < streams.size(); ++i) {
      const bool high = i / GetParam().lanes % 2 == 1;
      // Infinities need an empty low byte now and then.
      streams[i] =
          high ? high_byte() : static_cast<std::uint8_t>(random_() % 4 == 0 ? 0 : random_());
    }
  }

  void count(const MxmPlaneRtl::Inputs& in) const {
    using testbench::CoverPoints;
    static CoverPoints products("mxm_plane", "products",
                                {{"int8", "fp16 lower half", "fp16 upper half"}});
    static CoverPoints values(
        "mxm_plane", "fp16 values",
        {{"any bits", "finite", "mostly finite", "subnormal", "similar exponents"}});
    static CoverPoints sums("mxm_plane", "accumulate",
                            {{"int32", "fp32"}, {"set", "add"}, {"kept", "driven"}});
    static CoverPoints together("mxm_plane", "together",
                                {{"load", "install", "neither"},
                                 {"product", "no product"},
                                 {"accumulate", "no accumulate"}});
    if (in.abc_valid) {
      const std::size_t product = !in.fp16 ? 0 : !in.half ? 1 : 2;
      products.hit({product});
      if (in.fp16) values.hit({static_cast<std::size_t>(GetParam().values)});
    }
    if (in.acc_valid) sums.hit({in.fp32 ? 1U : 0U, in.add ? 1U : 0U, in.out ? 1U : 0U});
    together.hit({in.lw_valid   ? 0U
                  : in.iw_valid ? 1U
                                : 2U,
                  in.abc_valid ? 0U : 1U, in.acc_valid ? 0U : 1U});
  }

  bool percent(int share) { return static_cast<int>(random_() % 100) < share; }

  std::mt19937 random_{7};
};

TEST_P(PlaneRandom, AgreesInEveryCycle) {
  const Traffic& traffic = GetParam();
  const unsigned lanes = traffic.lanes;
  const unsigned groups = lanes / 16;
  MxmPlaneRtl rtl(RtlContext::process(), "rtl", lanes);
  PlaneReference reference(lanes);
  std::vector<std::uint8_t> weights(16 * lanes);
  std::vector<std::uint8_t> activations(2 * lanes);
  int compared = 0;

  for (int cycle = 0; cycle < traffic.cycles; ++cycle) {
    MxmPlaneRtl::Inputs in;
    if (percent(40)) {
      in.lw_valid = true;
      in.group = static_cast<std::uint8_t>(random_() % groups);
      fill(weights);
      for (unsigned j = 0; j < 16; ++j) in.lw_streams[j] = &weights[j * lanes];
    } else {
      in.iw_valid = percent(20);
    }
    if (reference.installed() && percent(60)) {
      in.abc_valid = true;
      in.fp16 = percent(traffic.fp16_percent);
      in.half = percent(50);
      fill(activations);
      in.abc = {activations.data(), &activations[lanes]};
    }
    if (const auto fp32 = reference.due_is_fp32()) {
      in.acc_valid = true;
      in.fp32 = *fp32;
      in.add = percent(70);
      in.out = percent(80);
      in.slot = static_cast<std::uint8_t>(random_() % 16);
    }

    const auto expected = reference.clock(in);
    rtl.clock(in);
    count(in);
    ASSERT_EQ(rtl.out_valid(), expected.has_value()) << "cycle " << cycle;
    if (!expected) continue;
    ++compared;
    for (unsigned lane = 0; lane < lanes; ++lane) {
      ASSERT_EQ(rtl.out()[lane], (*expected)[lane]) << "cycle " << cycle << " lane " << lane;
    }
  }
  EXPECT_EQ(rtl.errors(), 0U);
  EXPECT_GT(compared, traffic.cycles / 6);
}

INSTANTIATE_TEST_SUITE_P(
    Traffic, PlaneRandom,
    testing::Values(Traffic{"TinyInt8", 16, Values::kAnyBits, 0, 10'000},
                    Traffic{"TinyFp16AnyBits", 16, Values::kAnyBits, 100, 5'000},
                    Traffic{"TinyFp16Finite", 16, Values::kFinite, 100, 10'000},
                    Traffic{"TinyFp16Subnormal", 16, Values::kSmall, 100, 5'000},
                    Traffic{"TinyFp16Similar", 16, Values::kSimilar, 100, 10'000},
                    Traffic{"TinyMixed", 16, Values::kMostlyFinite, 50, 20'000},
                    Traffic{"SmallInt8", 32, Values::kAnyBits, 0, 20'000},
                    Traffic{"SmallFp16AnyBits", 32, Values::kAnyBits, 100, 10'000},
                    Traffic{"SmallFp16Finite", 32, Values::kFinite, 100, 20'000},
                    Traffic{"SmallFp16MostlyFinite", 32, Values::kMostlyFinite, 100, 20'000},
                    Traffic{"SmallFp16Subnormal", 32, Values::kSmall, 100, 10'000},
                    Traffic{"SmallFp16Similar", 32, Values::kSimilar, 100, 20'000},
                    Traffic{"SmallMixed", 32, Values::kMostlyFinite, 50, 20'000},
                    Traffic{"FullInt8", 320, Values::kAnyBits, 0, 2'000},
                    Traffic{"FullFp16Finite", 320, Values::kFinite, 100, 600},
                    Traffic{"FullFp16MostlyFinite", 320, Values::kMostlyFinite, 100, 600},
                    Traffic{"FullFp16Similar", 320, Values::kSimilar, 100, 600},
                    Traffic{"FullMixed", 320, Values::kMostlyFinite, 50, 600}),
    [](const auto& traffic) { return traffic.param.name; });

}  // namespace
}  // namespace lpu::rtl
