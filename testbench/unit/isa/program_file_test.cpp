// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "isa/error/input_error.h"
#include "isa/program/program.h"
#include "testbench/unit/isa/chips.h"

namespace lpu::isa {
namespace {

class ProgramFileTest : public testing::Test {
 protected:
  ProgramFileTest()
      : folder_(testing::TempDir() + "program_file_test/"),
        program_(program_of(".chip a\n.queue mem_e.slice3\nread 7 -> e0\nrepeat 3, 1, 1\n"
                            ".data mem_e.slice3 7: 01 02...\n")) {
    std::filesystem::create_directories(folder_);
  }
  ~ProgramFileTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] bool folder_is_empty() const { return std::filesystem::is_empty(folder_); }

  std::string folder_;
  Program program_;
};

TEST_F(ProgramFileTest, ReadsWhatWasWritten) {
  write_program(folder_ + "p.lpu", program_);
  const Program again = read_program(folder_ + "p.lpu");
  EXPECT_EQ(again.name, program_.name);
  EXPECT_EQ(again.queues, program_.queues);
  EXPECT_EQ(again.lines, program_.lines);
  ASSERT_EQ(again.data.size(), 1U);
  EXPECT_EQ(again.data[0].bytes, program_.data[0].bytes);
  EXPECT_EQ(pack_program("x", again), pack_program("x", program_));
}

TEST_F(ProgramFileTest, ATruncatedFileIsAnInputError) {
  const auto bytes = pack_program("x", program_);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_THROW((void)unpack_program("x", std::span(bytes).first(n)), InputError) << n;
  }
}

TEST_F(ProgramFileTest, AFlippedBitIsAnInputError) {
  auto bytes = pack_program("x", program_);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] ^= 0x10;
    EXPECT_THROW((void)unpack_program("x", bytes), InputError) << i;
    bytes[i] ^= 0x10;
  }
}

TEST_F(ProgramFileTest, LyingLengthsUnderARightChecksumAreInputErrors) {
  const auto whole = pack_program("x", program_);
  for (std::size_t i = 12; i + 12 < whole.size(); ++i) {
    auto bytes = whole;
    bytes.erase(bytes.end() - 8, bytes.end());
    for (std::size_t j = i; j < i + 4; ++j) {
      bytes[j] = 0xff;
    }
    const std::uint64_t sum = checksum(bytes);
    for (int shift = 0; shift < 64; shift += 8) {
      bytes.push_back(static_cast<std::uint8_t>(sum >> shift));
    }
    try {
      // Some places hold data: then it is another program, of the same size.
      EXPECT_EQ(pack_program("x", unpack_program("x", bytes)), bytes) << i;
    } catch (const InputError&) {
    }
  }
}

TEST_F(ProgramFileTest, WhatHasNoEncodingIsNotWritten) {
  Insn read;
  read.op = Op::kRead;
  program_.queues[0] = {read};
  EXPECT_THROW(write_program(folder_ + "p.lpu", program_), InputError);
  EXPECT_TRUE(folder_is_empty());
}

TEST_F(ProgramFileTest, AFullDiskIsAnErrorAndLeavesNothingBehind) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = 100;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  EXPECT_THROW(write_program(folder_ + "p.lpu", program_), InputError);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  EXPECT_TRUE(folder_is_empty());
}

TEST_F(ProgramFileTest, AMissingFolderOrFileIsAnInputError) {
  EXPECT_THROW(write_program(folder_ + "no/p.lpu", program_), InputError);
  EXPECT_THROW((void)read_program(folder_ + "p.lpu"), InputError);
  EXPECT_THROW((void)read_program(folder_), InputError);
}

TEST(TextRowsTest, TheNthIfetchReadsTheNthBlockInWholeRows) {
  for (const ChipSpec& spec : {lpu1(), tiny()}) {
    std::string text = ".queue mem_e.slice0\nifetch mem_e.slice1, 100\n";
    for (int i = 1; i < 50; ++i) {
      text += "nop " + std::to_string(i) + "\n";
    }
    const Program program = assemble(spec, "test", text);
    const auto rows = text_rows(spec, program);
    ASSERT_EQ(static_cast<std::int64_t>(rows.size()), 640 / spec.lanes());
    EXPECT_EQ(rows[0].slice, spec.mem_slices + 1);
    EXPECT_EQ(rows[0].row, 100);
    EXPECT_EQ(rows[1].row, 101);
    std::vector<std::uint8_t> bytes;
    for (const DataRow& row : rows) {
      bytes.insert(bytes.end(), row.bytes.begin(), row.bytes.end());
    }
    const Word first = encode(program.queues[static_cast<std::size_t>(spec.mem_slices)][40]);
    EXPECT_TRUE(std::equal(first.begin(), first.end(), bytes.begin()));
    EXPECT_EQ(bytes[10 * 16], 0) << "the block has 10 instructions";
  }
}

}  // namespace
}  // namespace lpu::isa
