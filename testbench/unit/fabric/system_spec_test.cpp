// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/system_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "isa/error/input_errors.h"

namespace lpu::fabric {
namespace {

using testing::HasSubstr;

class SystemSpecTest : public testing::Test {
 protected:
  SystemSpecTest() { std::filesystem::create_directory(dir_); }
  ~SystemSpecTest() override { std::filesystem::remove_all(dir_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = (dir_ / name).string();
    std::ofstream(path) << text;
    return path;
  }
  /// The message of a file that must be refused; empty if it was not.
  static std::string refusal(const std::string& path) {
    try {
      (void)read_system_spec(path);
    } catch (const isa::InputErrors& e) {
      return e.what();
    }
    return {};
  }
  std::string refused_text(const std::string& text) { return refusal(write("s.toml", text)); }

  std::filesystem::path dir_{
      std::filesystem::temp_directory_path() /
      (std::string("lpu_") + testing::UnitTest::GetInstance()->current_test_info()->name())};
  const std::string chip_{LPU_SOURCE_DIR "/configs/chips/lpu1.toml"};
};

TEST_F(SystemSpecTest, EveryShippedSystemIsReadAndNamedAfterItsFile) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(LPU_SOURCE_DIR "/configs/systems")) {
    const SystemSpec spec = read_system_spec(entry.path().string());
    EXPECT_EQ(spec.name, entry.path().stem().string());
    EXPECT_EQ(spec.flight.value, spec.physical.spread ? 248 : 217);
    ++files;
  }
  EXPECT_GE(files, 6);
}

TEST_F(SystemSpecTest, WhatIsPrintedNamesEveryValueAndItsSource) {
  const auto spec = read_system_spec(LPU_SOURCE_DIR "/configs/systems/node8.toml");
  const std::string text = print_system_spec(spec);
  EXPECT_THAT(text, HasSubstr("name = \"node8\""));
  EXPECT_THAT(text, HasSubstr("chips = 8"));
  EXPECT_THAT(text, HasSubstr("flight = { value = 217, source = \"P\" }"));
  EXPECT_THAT(text, HasSubstr("superlanes = { value = 20, source = \"P\" }"));
}

TEST_F(SystemSpecTest, EveryFaultIsReportedWithItsLine) {
  const std::string said = refused_text(
      "name = 'a b'\nchips = 9\ntopology = 'node'\ncolour = 'blue'\n"
      "[link]\nflight = { value = 0, source = 'X', unit = 's' }\nspeed = 3\n");
  EXPECT_THAT(said, HasSubstr("s.toml:1: 'name' needs"));
  EXPECT_THAT(said, HasSubstr("s.toml:2: a node has 1 to 8 chips, not 9"));
  EXPECT_THAT(said, HasSubstr("s.toml:4: unknown key 'colour'"));
  EXPECT_THAT(said, HasSubstr("s.toml:6: unknown key 'link.flight.unit'"));
  EXPECT_THAT(said, HasSubstr("s.toml:6: 'link.flight' needs a value of 1 to"));
  EXPECT_THAT(said, HasSubstr("s.toml:6: 'link.flight' needs a source"));
  EXPECT_THAT(said, HasSubstr("s.toml:7: unknown key 'link.speed'"));
  EXPECT_THAT(said, HasSubstr("s.toml: missing key 'chip_file'"));
}

TEST_F(SystemSpecTest, NothingHasADefault) {
  const std::string said = refused_text("");
  for (const char* key : {"name", "chip_file", "chips", "topology", "link.flight"}) {
    EXPECT_THAT(said, HasSubstr(std::string("missing key '") + key + "'"));
  }
}

TEST_F(SystemSpecTest, FaultsOfTheChipFileAreReportedToo) {
  write("c.toml", "[chip]\nclock_mhz = { value = -1, source = 'P' }\n");
  const std::string said = refused_text(
      "name = 'x'\nchip_file = 'c.toml'\nchips = 0\ntopology = 'node'\n"
      "[link]\nflight = { value = 1, source = 'C' }\n");
  EXPECT_THAT(said, HasSubstr("s.toml:3: "));
  EXPECT_THAT(said, HasSubstr("c.toml:2: "));
}

TEST_F(SystemSpecTest, LaterTopologiesAreRefusedByName) {
  const std::string rest = "name = 'x'\nchip_file = '" + chip_ +
                           "'\nchips = 264\n[link]\nflight = { value = 217, source = 'P' }\n";
  EXPECT_EQ(
      refused_text("topology = 'dragonfly'\n" + rest),
      (dir_ / "s.toml").string() + ":1: topology 'dragonfly' is not modelled yet; modelled: node");
  EXPECT_THAT(refused_text("topology = 'moebius'\n" + rest),
              HasSubstr("topology 'moebius' is unknown; modelled: node"));
}

TEST_F(SystemSpecTest, WrongTypesAreFaults) {
  const std::string said =
      refused_text("name = 3\nchip_file = true\nchips = 'two'\ntopology = 1\nlink = 217\n");
  EXPECT_THAT(said, HasSubstr("s.toml:1: 'name' must be a string"));
  EXPECT_THAT(said, HasSubstr("s.toml:2: 'chip_file' must be a string"));
  EXPECT_THAT(said, HasSubstr("s.toml:3: 'chips' must be an integer"));
  EXPECT_THAT(said, HasSubstr("s.toml:4: 'topology' must be a string"));
  EXPECT_THAT(said, HasSubstr("missing key 'link.flight'"));
}

TEST_F(SystemSpecTest, AFileThatIsNotTomlOrNotThereIsOneMessage) {
  EXPECT_THAT(refused_text("name = \n"), HasSubstr("s.toml:1: "));
  EXPECT_THAT(refusal((dir_ / "none.toml").string()), HasSubstr("none.toml: "));
}

}  // namespace
}  // namespace lpu::fabric
