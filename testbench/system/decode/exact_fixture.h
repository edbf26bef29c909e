// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstring>
#include <filesystem>
#include <vector>

#include "testbench/golden/exact_llama.h"
#include "testbench/system/decode/addition_fixture.h"
#include "tlm/vxm/special.h"

namespace lpu {

/// Logits of a system beside those of the reference that adds in the stated order.
class ExactFixture : public AdditionFixture {
 protected:
  using ExactLlama = golden::ExactLlama;

  static ExactLlama exact(const std::filesystem::path& directory, compiler::Matmul matmul) {
    constexpr std::size_t kHalfLanes = 160;
    return {
        directory,
        matmul == compiler::Matmul::kF16 ? ExactLlama::Weights::kF16 : ExactLlama::Weights::kInt8,
        {[](float x) { return special(tlm::special_exp2, x); },
         [](float x) { return special(tlm::special_rsqrt, x); },
         [](float x) { return special(tlm::special_tanh, x); }},
        kHalfLanes};
  }

  /// The logits of every token that the machine chose.
  static void expect_equal(ExactLlama& reference, const std::vector<int>& prompt,
                           const cli::Decoded& decoded) {
    reference.reset();
    std::vector<float> logits;
    for (const int id : prompt) {
      logits = reference.step(id);
    }
    ASSERT_EQ(decoded.logits.size(), 4 * logits.size() * decoded.tokens.size());
    for (std::size_t i = 0; i < decoded.tokens.size(); ++i) {
      std::vector<float> machine(logits.size());
      std::memcpy(machine.data(), &decoded.logits[4 * i * logits.size()], 4 * logits.size());
      EXPECT_EQ(machine, logits) << "token " << i;
      logits = reference.step(decoded.tokens[i]);
    }
  }

 private:
  static float special(std::uint32_t (*of)(std::uint32_t), float x) {
    return std::bit_cast<float>(of(std::bit_cast<std::uint32_t>(x)));
  }
};

}  // namespace lpu
