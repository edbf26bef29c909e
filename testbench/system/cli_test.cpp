// SPDX-License-Identifier: Apache-2.0
// What the program promises to scripts: exit status, and which stream says what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "testbench/system/exchange_program.h"

namespace lpu::testbench {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class CliTest : public testing::Test {
 protected:
  CliTest() { std::filesystem::create_directory(dir_); }
  ~CliTest() override { std::filesystem::remove_all(dir_); }

  /// Exit status; what was said is in out_ and err_.
  int lpu(const std::string& arguments) {
    const std::string command =
        std::string(LPU_PROGRAM) + " " + arguments + " >" + path("out") + " 2>" + path("err");
    const int status = std::system(command.c_str());
    out_ = contents("out");
    err_ = contents("err");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (dir_ / name).string(); }
  [[nodiscard]] std::string contents(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(path(name)).rdbuf();
    return text.str();
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(path(name)) << text;
    return path(name);
  }
  static std::string system(const std::string& name) {
    return " --system " LPU_SOURCE_DIR "/configs/systems/" + name + ".toml ";
  }

  std::filesystem::path dir_{
      std::filesystem::temp_directory_path() /
      (std::string("lpu_cli_") + testing::UnitTest::GetInstance()->current_test_info()->name())};
  std::string out_;
  std::string err_;
};

TEST_F(CliTest, ExecOfALegalProgramIsDone) {
  const auto program = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + program + " --json " + path("s.json") +
                " --trace " + path("t.json")),
            0);
  EXPECT_THAT(out_, HasSubstr("simulated_cycles  290\n"));
  EXPECT_THAT(out_, HasSubstr("predicted_cycles  290\n"));
  EXPECT_THAT(err_, IsEmpty());
  EXPECT_THAT(contents("s.json"), HasSubstr("\"simulated_cycles\": 290"));
  EXPECT_THAT(contents("t.json"), HasSubstr("send"));
}

TEST_F(CliTest, ExecWithoutValuesTakesAsManyCycles) {
  const auto program = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu("exec" + system("pair") + "--values none --program " + program), 0);
  EXPECT_THAT(out_, HasSubstr("simulated_cycles  290\n"));
}

TEST_F(CliTest, ExecOfAnIllegalProgramIsAFailedCheck) {
  const auto program = write("x.lpuasm", Exchange{.links = 1, .receive_at = 242}.text());
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + program), 1);
  EXPECT_THAT(err_, HasSubstr("chip0.c2c_w.link0, cycle 242"));
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(CliTest, CheckPrintsEveryViolationAsItsResult) {
  const auto program = write("x.lpuasm", Exchange{.links = 1, .receive_at = 242}.text());
  EXPECT_EQ(lpu("check" + system("pair") + program), 1);
  EXPECT_THAT(out_, HasSubstr("2 violations"));
  EXPECT_EQ(lpu("check" + system("pair") + write("y.lpuasm", Exchange{.links = 1}.text())), 0);
  EXPECT_THAT(out_, HasSubstr("0 violations"));
}

TEST_F(CliTest, WrongUsageIsTwo) {
  const auto program = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu(""), 2);
  EXPECT_EQ(lpu("fly"), 2);
  EXPECT_EQ(lpu("exec --bogus"), 2);
  EXPECT_EQ(lpu("exec" + system("pair") + "--values some --program " + program), 2);
  EXPECT_EQ(lpu("exec" + system("pair") + "--unit 'chip7.*=tlm' --program " + program), 2);
  EXPECT_THAT(err_, HasSubstr("'chip7.*' matches no unit"));
  EXPECT_EQ(lpu("--help"), 0);
}

TEST_F(CliTest, BadInputIsThree) {
  EXPECT_EQ(lpu("config --system " + path("none.toml")), 3);
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + path("none.lpuasm")), 3);
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + dir_.string()), 3);
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + write("x.lpuasm", "flow e1\n")), 3);
  EXPECT_THAT(err_, HasSubstr("x.lpuasm:1: "));
}

TEST_F(CliTest, AsmAndDisasmGoRound) {
  const auto text = write("x.lpuasm", Exchange{.links = 1}.text());
  EXPECT_EQ(lpu("asm" + system("pair") + text + " --out " + path("chip0.lpu")), 0);
  EXPECT_EQ(lpu("disasm" + system("pair") + path("chip0.lpu")), 0);
  EXPECT_THAT(out_, HasSubstr("receive -> e0"));
  std::filesystem::copy_file(path("chip0.lpu"), path("chip1.lpu"));
  EXPECT_EQ(lpu("exec" + system("pair") + "--program " + dir_.string()), 0);
}

TEST_F(CliTest, FabricAndConfigPrintTheSystem) {
  EXPECT_EQ(lpu("fabric" + system("node8") + "--json " + path("f.json")), 0);
  EXPECT_THAT(out_, HasSubstr("links        28\n"));
  EXPECT_THAT(contents("f.json"), HasSubstr("\"diameter\": 1"));
  EXPECT_EQ(lpu("config" + system("node8")), 0);
  EXPECT_THAT(out_, HasSubstr("flight = { value = 217, source = \"P\" }"));
}

}  // namespace
}  // namespace lpu::testbench
