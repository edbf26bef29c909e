// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace lpu::testbench {

/// Calls the program as a script does, in a directory of its own.
class ProgramTest : public testing::Test {
 protected:
  ProgramTest() { std::filesystem::create_directory(dir_); }
  ~ProgramTest() override { std::filesystem::remove_all(dir_); }

  /// Exit status; what was said is in out_ and err_.
  int lpu(const std::string& arguments) {
    // Redirections of the arguments come later and win.
    const std::string command =
        std::string(LPU_PROGRAM) + " >" + path("out") + " 2>" + path("err") + " " + arguments;
    const int status = std::system(command.c_str());
    out_ = contents("out");
    err_ = contents("err");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (dir_ / name).string(); }
  [[nodiscard]] std::string contents(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(path(name), std::ios::binary).rdbuf();
    return text.str();
  }
  std::string write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  /// What is in a directory of the test's own, sorted.
  [[nodiscard]] std::vector<std::string> files(const std::string& directory) const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(path(directory))) {
      names.push_back(file.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  /// The text of a file below configs/.
  static std::string config(const std::string& name) {
    std::stringstream text;
    text << std::ifstream(LPU_SOURCE_DIR "/configs/" + name, std::ios::binary).rdbuf();
    return text.str();
  }
  static std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }

  static std::string system_file(const std::string& name) {
    return LPU_SOURCE_DIR "/configs/systems/" + name + ".toml";
  }
  static std::string model_directory(const std::string& name) {
    return LPU_SOURCE_DIR "/configs/models/" + name;
  }
  static std::string system(const std::string& name) {
    return " --system " + system_file(name) + " ";
  }
  static std::string model(const std::string& name) {
    return " --model " + model_directory(name) + " ";
  }

  std::filesystem::path dir_{std::filesystem::temp_directory_path() /
                             ("lpu_test_" + std::to_string(getpid()))};
  std::string out_;
  std::string err_;
};

}  // namespace lpu::testbench
