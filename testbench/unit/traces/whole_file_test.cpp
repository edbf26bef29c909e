// SPDX-License-Identifier: Apache-2.0
#include "traces/file/whole_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "isa/error/input_error.h"
#include "testbench/unit/traces/traces_fixture.h"

namespace lpu::traces {
namespace {

using testing::HasSubstr;

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const isa::InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(WholeFileTest, IsThereAfterCommitAndNotBefore) {
  const TempFolder temp;
  const std::string path = temp.file("a.json");
  WholeFile file(path);
  file.write("abc");
  EXPECT_FALSE(std::filesystem::exists(path));
  file.commit();
  EXPECT_EQ(slurp(path), "abc");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(WholeFileTest, WithoutCommitTheOldFileStays) {
  const TempFolder temp;
  const std::string path = temp.file("a.json");
  std::ofstream(path) << "old";
  {
    WholeFile file(path);
    file.write("new");
  }
  EXPECT_EQ(slurp(path), "old");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(WholeFileTest, NamesTheFileThatCannotBeOpened) {
  const TempFolder temp;
  const std::string path = temp.file("missing/a.json");
  EXPECT_EQ(message_of([&] { WholeFile file(path); }),
            path + ": cannot be written: No such file or directory");
  EXPECT_THAT(message_of([&] { WholeFile file(temp.file("")); }), HasSubstr("Is a directory"));
  EXPECT_TRUE(temp.is_empty());
}

TEST(WholeFileTest, AFullDiskIsAnErrorAndLeavesNothing) {
  const TempFolder temp;
  const FullDisk full(4096);
  const std::string path = temp.file("a.json");
  EXPECT_EQ(message_of([&] {
              WholeFile file(path);
              file.write(std::string(100'000, 'x'));
              file.commit();
            }),
            path + ": cannot be written: File too large");
  EXPECT_TRUE(temp.is_empty());
}

TEST(WholeFileTest, AfterAFailureNothingIsTaken) {
  const TempFolder temp;
  const FullDisk full(4096);
  WholeFile file(temp.file("a.json"));
  EXPECT_THROW(file.write(std::string(100'000, 'x')), isa::InputError);
  EXPECT_THROW(file.write("x"), isa::InputError);
  EXPECT_THROW(file.commit(), isa::InputError);
}

TEST(WholeFileTest, ADeviceIsWrittenDirectlyAndStaysADevice) {
  EXPECT_THAT(message_of([] {
                WholeFile file("/dev/full");
                file.write("x");
                file.commit();
              }),
              HasSubstr("/dev/full: cannot be written: No space left on device"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

}  // namespace
}  // namespace lpu::traces
