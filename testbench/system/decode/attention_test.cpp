// SPDX-License-Identifier: Apache-2.0
// Attention in blocks of positions, of which a small chip fills several with few of them.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "testbench/golden/golden_llama.h"
#include "testbench/system/decode/addition_fixture.h"

namespace lpu {
namespace {

using compiler::Attention;
using compiler::Matmul;

/// Blocks of 96 positions; enough slices that weights have some for themselves.
fabric::SystemSpec small_chip() {
  auto spec = fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/tiny.toml");
  spec.chip.superlanes = 6;
  spec.chip.mem_slices = 32;
  return spec;
}

class AttentionTest : public AdditionFixture {
 protected:
  /// The machine goes on from one token by itself; the reference takes what it chose.
  float largest_error(int tokens) {
    constexpr int kFirst = 3;
    const std::vector<int> prompt{kFirst};
    const cli::Decoded decoded = decode_->run(prompt, {}, options_);
    EXPECT_EQ(decoded.predicted_cycles, decoded.simulated_cycles);
    EXPECT_EQ(decoded.tokens.size(), static_cast<std::size_t>(tokens));
    golden::GoldenLlama golden;
    golden.load(LPU_SOURCE_DIR "/configs/models/addition");
    float largest = 0;
    int token = kFirst;
    const float* logits = reinterpret_cast<const float*>(decoded.logits.data());
    for (const int chosen : decoded.tokens) {
      for (const float expected : golden.step(token)) {
        largest = std::max(largest, std::fabs(*logits++ - expected));
      }
      token = chosen;
    }
    return largest;
  }
};

// Three blocks: both sides, a second one on one of them, the last in part.
TEST_F(AttentionTest, BlocksGiveTheLogitsOfTheReference) {
  constexpr int kTokens = 2 * 96 + 60;
  build(small_chip(), {{Matmul::kF16, 0, kTokens, Attention::kInBlocks}, 1});
  const float error = largest_error(kTokens);
  RecordProperty("largest_logit_error", std::to_string(error));
  EXPECT_LE(error, 0.02F);
}

}  // namespace
}  // namespace lpu
