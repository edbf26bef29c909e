// SPDX-License-Identifier: Apache-2.0
#include "testbench/golden/golden_llama.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace lpu::golden {
namespace {

const std::string kModel = LPU_SOURCE_DIR "/configs/models/addition";
constexpr std::string_view kVocabulary = "0123456789+=\n";

int id_of(char c) { return static_cast<int>(kVocabulary.find(c)); }

/// What the model says after `prompt`, up to the end of the line.
std::string answer(GoldenLlama& model, const std::string& prompt) {
  model.reset();
  std::vector<float> logits;
  for (const char c : prompt) logits = model.step(id_of(c));
  std::string text;
  while (text.size() < 8) {
    const int token = greedy(logits);
    if (kVocabulary[static_cast<std::size_t>(token)] == '\n') break;
    text += kVocabulary[static_cast<std::size_t>(token)];
    logits = model.step(token);
  }
  return text;
}

TEST(GoldenLlamaTest, LogitsAreThoseOfTheTrainingScript) {
  std::ifstream in(LPU_SOURCE_DIR "/testbench/golden/addition_logits.json");
  const auto cases = nlohmann::json::parse(in).at("cases");
  ASSERT_GE(cases.size(), 3U);
  GoldenLlama model;
  model.load(kModel);
  for (const auto& test : cases) {
    model.reset();
    const auto tokens = test.at("tokens").get<std::vector<int>>();
    const auto expected = test.at("logits").get<std::vector<std::vector<float>>>();
    ASSERT_EQ(tokens.size(), expected.size());
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      const std::vector<float> logits = model.step(tokens[t]);
      ASSERT_EQ(logits.size(), expected[t].size());
      for (std::size_t i = 0; i < logits.size(); ++i) {
        EXPECT_NEAR(logits[i], expected[t][i], 1e-3) << test.at("prompt") << " " << t << " " << i;
      }
    }
  }
}

TEST(GoldenLlamaTest, AnswersProblemsThatTrainingDidNotSee) {
  constexpr int kProblems = 250;
  GoldenLlama model;
  model.load(kModel);
  std::ifstream in(kModel + "/heldout.txt");
  int asked = 0;
  int right = 0;
  for (std::string line; asked < kProblems && std::getline(in, line); ++asked) {
    const std::size_t end = line.find('=') + 1;
    right += answer(model, line.substr(0, end)) == line.substr(end) ? 1 : 0;
  }
  ASSERT_EQ(asked, kProblems);
  EXPECT_GT(right, kProblems * 95 / 100);
}

TEST(GoldenLlamaTest, ResetForgets) {
  GoldenLlama model;
  model.load(kModel);
  const std::vector<float> alone = model.step(7);
  model.reset();
  const std::vector<float> first = model.step(4);
  const std::vector<float> second = model.step(7);
  EXPECT_NE(second, alone);
  model.reset();
  EXPECT_EQ(model.step(4), first);
  EXPECT_EQ(model.step(7), second);
}

TEST(GoldenLlamaTest, RefusesATokenOutsideTheVocabulary) {
  GoldenLlama model;
  model.load(kModel);
  EXPECT_THROW(model.step(13), std::out_of_range);
  EXPECT_THROW(model.step(-1), std::out_of_range);
}

TEST(GoldenLlamaTest, RefusesADirectoryWithoutWeights) {
  GoldenLlama model;
  EXPECT_THROW(model.load(LPU_SOURCE_DIR "/configs/models/llama-2-7b"), std::runtime_error);
}

}  // namespace
}  // namespace lpu::golden
