// SPDX-License-Identifier: Apache-2.0
// The machine's answers against those of the independent reference.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "testbench/golden/golden_llama.h"
#include "testbench/system/decode/addition_fixture.h"

namespace lpu {
namespace {

using compiler::Matmul;

/// How far a logit of the machine in fp16 may lie from the fp32 reference: docs/numbers.md.
/// Where the reference's two best logits are closer than twice this, either may win.
constexpr float kRoundingBound = 0.02F;
constexpr std::size_t kProblems = 200;
constexpr std::size_t kProblemsOfTheSmallChip = 50;

class AdditionTest : public AdditionFixture {
 protected:
  struct Score {
    int machine_right{0};
    int reference_right{0};
    int other_choice{0};  // answers that differ although the reference was sure
    int near_ties{0};     // answers that differ where it was not
    float largest_error{0};
  };

  Score score(std::size_t problems) {
    golden::GoldenLlama golden;
    golden.load(LPU_SOURCE_DIR "/configs/models/addition");
    Score s;
    for (const std::string& problem : heldout(problems, kPrompt)) {
      const std::string prompt = problem.substr(0, kPrompt);
      const std::string answer = problem.substr(kPrompt) + "\n";
      const cli::Decoded decoded = run(prompt);
      EXPECT_EQ(decoded.predicted_cycles, decoded.simulated_cycles) << problem;
      s.machine_right += text(decoded) == answer ? 1 : 0;
      compare(golden, prompt, answer, decoded, s);
    }
    return s;
  }

  void expect_little_loss(Matmul matmul) {
    build("chip.toml", matmul);
    const Score s = score(kProblems);
    RecordProperty("machine_right", s.machine_right);
    EXPECT_GE(s.machine_right, s.reference_right - static_cast<int>(kProblems * 2 / 100));
    EXPECT_GE(s.machine_right, static_cast<int>(kProblems * 95 / 100));
  }

 private:
  void compare(golden::GoldenLlama& golden, const std::string& prompt, const std::string& answer,
               const cli::Decoded& decoded, Score& s) {
    const auto tokenizer = model_.tokenizer();
    golden.reset();
    std::vector<float> logits;
    for (const int id : tokenizer.encode(prompt)) {
      logits = golden.step(id);
    }
    std::string said;
    for (std::size_t i = 0; i < decoded.tokens.size(); ++i) {
      for (std::size_t token = 0; token < logits.size(); ++token) {
        s.largest_error =
            std::max(s.largest_error, std::fabs(logit(decoded, i, token) - logits[token]));
      }
      const int choice = golden::greedy(logits);
      said += tokenizer.decode(choice);
      if (choice != decoded.tokens[i]) {
        std::vector<float> sorted = logits;
        std::sort(sorted.rbegin(), sorted.rend());
        ++(sorted[0] - sorted[1] < 2 * kRoundingBound ? s.near_ties : s.other_choice);
        return;
      }
      logits = golden.step(choice);
    }
    s.reference_right += said == answer ? 1 : 0;
  }

  static float logit(const cli::Decoded& decoded, std::size_t choice, std::size_t token) {
    constexpr std::size_t kVocabulary = 13;
    float value = 0;
    std::memcpy(&value, &decoded.logits[4 * (choice * kVocabulary + token)], sizeof value);
    return value;
  }
};

TEST_F(AdditionTest, Fp16AnswersAreThoseOfTheReference) {
  build("chip.toml", Matmul::kF16);
  const Score s = score(kProblems);
  RecordProperty("largest_logit_error", std::to_string(s.largest_error));
  RecordProperty("machine_right", s.machine_right);
  RecordProperty("near_ties", s.near_ties);
  EXPECT_EQ(s.other_choice, 0);
  EXPECT_LE(s.largest_error, kRoundingBound);
  EXPECT_GE(s.machine_right, static_cast<int>(kProblems * 95 / 100));
}

TEST_F(AdditionTest, Int8WeightsLoseAtMostTwoPointsOfAccuracy) {
  expect_little_loss(Matmul::kW8A16);
}

TEST_F(AdditionTest, Int8ActivationsLoseAtMostTwoPointsOfAccuracy) {
  expect_little_loss(Matmul::kW8A8);
}

// Weights, values and text in the same slices, 32 lanes.
TEST_F(AdditionTest, AnswersOfTheSmallChipAreThoseOfTheReference) {
  build("tiny.toml", Matmul::kF16);
  const Score s = score(kProblemsOfTheSmallChip);
  RecordProperty("largest_logit_error", std::to_string(s.largest_error));
  RecordProperty("machine_right", s.machine_right);
  EXPECT_EQ(s.other_choice, 0);
  EXPECT_LE(s.largest_error, kRoundingBound);
  EXPECT_GE(s.machine_right, static_cast<int>(kProblemsOfTheSmallChip * 95 / 100));
}

TEST_F(AdditionTest, AQueryOfAnotherLengthIsAnswered) {
  build("chip.toml", Matmul::kF16, 4, 3);
  EXPECT_EQ(text(run("7+8=")), "15\n");
}

}  // namespace
}  // namespace lpu
