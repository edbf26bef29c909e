// SPDX-License-Identifier: Apache-2.0
#include "isa/spec/chip_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "isa/error/input_errors.h"
#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// lpu1.toml with some text replaced.
class EditedChip {
 public:
  EditedChip() : text_(read_text(chip_path("lpu1"))) {}

  EditedChip& replace(const std::string& old, const std::string& with) {
    const std::size_t at = text_.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    text_.replace(at, old.size(), with);
    return *this;
  }
  /// The faults that reading it finds.
  std::vector<std::string> faults() const {
    const std::string path = testing::TempDir() + "edited_chip.toml";
    std::ofstream(path) << text_;
    std::vector<std::string> reasons;
    try {
      (void)read_chip_spec(path);
    } catch (const InputErrors& e) {
      for (const InputError& one : e.errors()) {
        EXPECT_EQ(one.file(), path);
        reasons.push_back(std::to_string(one.line()) + ": " + one.reason());
      }
    }
    std::filesystem::remove(path);
    return reasons;
  }

 private:
  std::string text_;
};

TEST(ChipSpecTest, BothChipsAreUsable) {
  EXPECT_TRUE(check(lpu1()).empty());
  EXPECT_TRUE(check(tiny()).empty());
  EXPECT_EQ(tiny().lanes(), 32);
  EXPECT_EQ(tiny().mem_slices, 8);
}

TEST(ChipSpecTest, WhatIsPrintedReadsAsTheSame) {
  const std::string text = print_chip_spec(lpu1());
  const std::string path = testing::TempDir() + "printed_chip.toml";
  std::ofstream(path) << text;
  const ChipSpec again = read_chip_spec(path);
  std::filesystem::remove(path);
  EXPECT_EQ(print_chip_spec(again), text);
  for (const ChipField& f : chip_fields()) {
    EXPECT_EQ(again.*f.value, lpu1().*f.value) << f.key;
  }
}

TEST(ChipSpecTest, AllFaultsAreReportedAtOnceEachWithItsLine) {
  const auto faults =
      EditedChip()
          .replace("superlanes = { value = 20, source = \"P\" }",
                   "superlanes = { value = 21, source = \"P\" }")
          .replace("slices = { value = 44, source = \"P\" }", "slices = 44")
          .replace("rows = { value = 8192, source = \"P\" }", "rows = { value = 8192 }")
          .replace("pace = ", "pase = ")
          .faults();
  EXPECT_THAT(faults,
              testing::ElementsAre(
                  "0: missing key 'c2c.pace'", "7: chip.superlanes: 21 is outside 1..20 superlanes",
                  "11: mem.slices: expected { value = N, source = \"P|S|U|C\" }",
                  "12: mem.rows: source must be one of P, S, U, C", "50: unknown key 'c2c.pase'"));
}

TEST(ChipSpecTest, OnlyIntegersAreValues) {
  EXPECT_THAT(EditedChip().replace("value = 44", "value = 44.0").faults(),
              testing::ElementsAre("11: mem.slices: value must be an integer"));
  EXPECT_THAT(EditedChip().replace("value = 44", "value = true").faults(),
              testing::ElementsAre("11: mem.slices: value must be an integer"));
}

TEST(ChipSpecTest, ValuesThatDoNotFitTogetherAreRefused) {
  EXPECT_THAT(EditedChip().replace("value = 8192", "value = 8191").faults(),
              testing::ElementsAre(testing::HasSubstr("two banks")));
  EXPECT_THAT(EditedChip().replace("\nlinks = { value = 16", "\nlinks = { value = 17").faults(),
              testing::ElementsAre(testing::HasSubstr("c2c.links: both sides have as many")));
  EXPECT_THAT(
      EditedChip().replace("global_links = { value = 4", "global_links = { value = 9").faults(),
      testing::ElementsAre(testing::HasSubstr("c2c.global_links: are links of the east")));
}

TEST(ChipSpecTest, AFileThatIsNotThereIsAnInputError) {
  EXPECT_THROW((void)read_chip_spec("/nonexistent/chip.toml"), InputError);
}

}  // namespace
}  // namespace lpu::isa
