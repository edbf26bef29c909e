// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "isa/error/input_errors.h"
#include "study/claims/claims_file.h"

namespace lpu::study {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Quantities kQuantities{{"three", {3.0, "m", "a ruler", "measure 3"}},
                             {"five", {5.0, "m", "a ruler", "measure 5"}},
                             {"none", {std::nullopt, "m", "refused: no ruler", "measure"}}};

Part at_least(const std::string& name, double least) {
  Part part;
  part.quantity = name;
  part.least = least;
  return part;
}
Verdict verdict(std::vector<Part> parts) {
  Claim claim;
  claim.parts = std::move(parts);
  return judge(claim, kQuantities).verdict;
}

TEST(JudgeTest, TheFourVerdicts) {
  const Part yes = at_least("three", 3);
  const Part no = at_least("three", 4);
  const Part open = at_least("none", 0);
  EXPECT_EQ(verdict({yes, yes}), Verdict::kHolds);
  EXPECT_EQ(verdict({yes, no}), Verdict::kHoldsInPart);
  EXPECT_EQ(verdict({yes, open}), Verdict::kHoldsInPart);
  EXPECT_EQ(verdict({no, open}), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict({open, open}), Verdict::kNotShown);
}

TEST(JudgeTest, Relations) {
  Part part;
  part.quantity = "three";
  part.most = 2.9;
  EXPECT_EQ(verdict({part}), Verdict::kDoesNotHold);
  part.most = 3.0;
  EXPECT_EQ(verdict({part}), Verdict::kHolds);
  part.most.reset();
  part.below = "five";
  EXPECT_EQ(verdict({part}), Verdict::kHolds);
  part.below.clear();
  part.above = "five";
  EXPECT_EQ(verdict({part}), Verdict::kDoesNotHold);
  part.above = "none";
  EXPECT_EQ(verdict({part}), Verdict::kNotShown);
}

TEST(JudgeTest, EveryPartSaysWhatItStandsOnAndEveryCommandStandsOnce) {
  Claim claim;
  claim.parts = {at_least("three", 1), at_least("three", 2), at_least("none", 0)};
  claim.beside = {"five"};
  const Judged judged = judge(claim, kQuantities);
  EXPECT_EQ(judged.parts[0].figure, "3 m");
  EXPECT_EQ(judged.parts[2].how, "refused: no ruler");
  EXPECT_THAT(judged.commands, ElementsAre("measure 3", "measure", "measure 5"));
}

TEST(QuantityTest, DigitsByItsSize) {
  EXPECT_EQ(text_of({381.04, "tokens/s", "", ""}), "381 tokens/s");
  EXPECT_EQ(text_of({3.84, "x", "", ""}), "3.8 x");
  EXPECT_EQ(text_of({0.0214, "%", "", ""}), "0.021 %");
  EXPECT_EQ(text_of({8.0, "", "", ""}), "8");
  EXPECT_EQ(text_of({std::nullopt, "x", "", ""}), "-");
}

TEST(ClaimsFileTest, TheShippedOneHasTwelve) {
  const auto file = read_claims(LPU_SOURCE_DIR "/configs/studies/claims.toml");
  EXPECT_EQ(file.claims.size(), 12U);
  EXPECT_EQ(file.large.front().system, LPU_SOURCE_DIR "/configs/systems/llama70b-576.toml");
  EXPECT_TRUE(std::filesystem::exists(file.economics));
  EXPECT_TRUE(std::filesystem::exists(file.split));
}

TEST(ClaimsFileTest, EveryFaultIsReportedWithItsLine) {
  const auto path =
      std::filesystem::temp_directory_path() / ("lpu_claims_" + std::to_string(getpid()) + ".toml");
  std::ofstream(path) << "matmul = 'w8a16'\naccelerator = 'h200'\neconomics = 'e'\nsplit = 's'\n"
                         "contexts = [4, 2]\ncolour = 'blue'\n"
                         "[[large]]\nsystem = 's'\n"
                         "[[claim]]\ntext = 'x'\n"
                         "[[claim.part]]\nsays = 'y'\nquantity = 'z'\n";
  try {
    static_cast<void>(read_claims(path.string()));
    FAIL() << "read";
  } catch (const isa::InputErrors& e) {
    EXPECT_THAT(e.what(), HasSubstr("rising numbers"));
    EXPECT_THAT(e.what(), HasSubstr(":6: unknown key 'colour'"));
    EXPECT_THAT(e.what(), HasSubstr(":7: needs a string 'model'"));
    EXPECT_THAT(e.what(), HasSubstr("needs at least one [[small]]"));
    EXPECT_THAT(e.what(), HasSubstr("needs 'users_together', two or more"));
    EXPECT_THAT(e.what(), HasSubstr("needs [groups]"));
    EXPECT_THAT(e.what(), HasSubstr(":11: needs one of 'least'"));
  }
  std::filesystem::remove(path);
}

TEST(ClaimsFileTest, NamesOfQuantitiesAreHeldAgainstThoseThatThereAre) {
  ClaimsFile file;
  file.path = "c.toml";
  file.claims.resize(1);
  file.claims[0].parts = {at_least("three", 1), at_least("four", 1)};
  file.claims[0].parts[1].line = 9;
  try {
    check_names(file, kQuantities);
    FAIL() << "accepted";
  } catch (const isa::InputErrors& e) {
    EXPECT_STREQ(e.what(), "c.toml:9: there is no quantity 'four'");
  }
}

}  // namespace
}  // namespace lpu::study
