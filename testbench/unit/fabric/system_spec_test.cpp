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
    const bool later = spec.chip_file == "../chips/lp30.toml";
    EXPECT_EQ(spec.flight.value, spec.physical.spread ? 248 : later ? 460 : 217);
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
  for (const char* key :
       {"name", "chip_file", "chips", "topology", "link.flight", "link.lane_gbits"}) {
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

TEST_F(SystemSpecTest, EachTopologyHasItsNumbersOfChips) {
  const auto refused = [this](const std::string& topology, int chips) {
    return refused_text("name = 'x'\nchip_file = '" + chip_ + "'\nchips = " +
                        std::to_string(chips) + "\ntopology = '" + topology + "'\n");
  };
  EXPECT_THAT(refused("moebius", 8),
              HasSubstr("s.toml:4: topology 'moebius' is unknown; there are node, ring, dragonfly, "
                        "racks, quadfour, graph"));
  EXPECT_THAT(refused("node", 9), HasSubstr("s.toml:3: a node has 1 to 8 chips, not 9 chips"));
  EXPECT_THAT(refused("ring", 1), HasSubstr("s.toml:3: a ring has 2 to 8 chips, not 1 chips"));
  for (const int chips : {8, 20, 272}) {
    EXPECT_THAT(refused("dragonfly", chips), HasSubstr("s.toml:3: a dragonfly has 2 to 33 nodes"));
  }
  for (const int chips : {72, 150, 10512}) {
    EXPECT_THAT(refused("racks", chips), HasSubstr("s.toml:3: racks are 2 to 145, of 72 chips"));
  }
  EXPECT_THAT(refused("quadfour", 32), HasSubstr("s.toml:3: a quadfour has 5 to 1305 nodes"));
}

TEST_F(SystemSpecTest, AFlightIsGivenWhereThereAreSuchCablesAndNowhereElse) {
  const std::string rest = "name = 'x'\nchip_file = '" + chip_ +
                           "'\n[link]\nlane_gbits = { value = 25, source = 'P' }\n"
                           "flight = { value = 217, source = 'P' }\n";
  EXPECT_THAT(refused_text("topology = 'dragonfly'\nchips = 16\n" + rest),
              HasSubstr("missing key 'link.global_flight'"));
  EXPECT_THAT(refused_text("topology = 'node'\nchips = 8\n" + rest +
                           "global_flight = { value = 226, source = 'C' }\n"),
              HasSubstr("s.toml:8: unknown key 'link.global_flight'"));
}

class GraphTest : public SystemSpecTest {
 protected:
  [[nodiscard]] std::string text(const std::string& cables) const { return text(chip_, cables); }
  static std::string text(const std::string& chip, const std::string& cables) {
    return "name = 'x'\nchip_file = '" + chip +
           "'\nchips = 3\ntopology = 'graph'\n[link]\n"
           "lane_gbits = { value = 25, source = 'P' }\nflight = { value = 217, source = 'P' }\n" +
           cables;
  }
};

TEST_F(GraphTest, CablesAreReadWithTheirFlights) {
  const SystemSpec spec =
      read_system_spec(write("s.toml", text("[[cable]]\nends = ['2.15', '1.3']\n"
                                            "flight = { value = 300, source = 'C' }\n"
                                            "[[cable]]\nends = ['0.0', '1.0']\n")));
  ASSERT_EQ(spec.cables.size(), 2U);
  EXPECT_EQ(spec.cables[0], (Cable{{0, 0}, {1, 0}, {217}}));
  EXPECT_EQ(spec.cables[1], (Cable{{1, 3}, {2, 15}, {300}}));
  const std::string printed = print_system_spec(spec);
  EXPECT_THAT(printed, HasSubstr("[[cable]]\nends = [\"0.0\", \"1.0\"]\n\n"));
  EXPECT_THAT(printed, HasSubstr("flight = { value = 300, source = \"C\" }"));
}

TEST_F(GraphTest, EveryFaultOfTheWiringIsReportedWithItsLine) {
  const std::string said =
      refused_text(text("[[cable]]\nends = ['0.0', '0.1']\n"   // 8
                        "[[cable]]\nends = ['0.2', '1.2']\n"   // 10
                        "[[cable]]\nends = ['0.2', '1.3']\n"   // 12
                        "[[cable]]\nends = ['0.16', '1.4']\n"  // 14
                        "[[cable]]\nends = ['3.0', '1.5']\n"   // 16
                        "[[cable]]\nends = ['west', '1.6']\n"  // 18
                        "[[cable]]\nends = ['0.3']\n"          // 20
                        "[[cable]]\ncolour = 'blue'\n"));      // 22
  EXPECT_THAT(said, HasSubstr("s.toml:8: a cable from chip 0 to itself"));
  EXPECT_THAT(said, HasSubstr("s.toml:12: link 2 of chip 0 has a cable already, in line 10"));
  EXPECT_THAT(said, HasSubstr("s.toml:14: chip 0 has no link 16: links are 0 to 15"));
  EXPECT_THAT(said, HasSubstr("s.toml:16: there is no chip 3: the system has 3"));
  EXPECT_THAT(said, HasSubstr("s.toml:18: an end of a cable is \"CHIP.LINK\""));
  EXPECT_THAT(said, HasSubstr("s.toml:20: a cable needs two ends"));
  EXPECT_THAT(said, HasSubstr("s.toml:23: unknown key 'cable.colour'"));
  EXPECT_THAT(said, HasSubstr("no way from chip 0 to 2"));
}

TEST_F(GraphTest, TheChipSaysHowManyLinksItHas) {
  const auto with = [](const std::string& chip, const std::string& end) {
    return text(chip,
                "[[cable]]\nends = ['" + end + "', '1.3']\n[[cable]]\nends = ['1.4', '2.0']\n");
  };
  const std::string later = LPU_SOURCE_DIR "/configs/chips/lp30.toml";
  EXPECT_EQ(read_system_spec(write("s.toml", with(later, "0.23"))).cables.front().a,
            (LinkEnd{0, 23}));
  EXPECT_THAT(refused_text(with(later, "0.24")),
              HasSubstr("s.toml:8: chip 0 has no link 24: links are 0 to 23"));
  // Of a chip that could not be read it is not known.
  write("c.toml", "[chip]\nclock_mhz = { value = -1, source = 'P' }\n");
  const std::string said = refused_text(with("c.toml", "0.24"));
  EXPECT_THAT(said, HasSubstr("c.toml:2: "));
  EXPECT_THAT(said, testing::Not(HasSubstr("has no link")));
}

TEST_F(GraphTest, OtherTopologiesHaveNoCablesOfTheirOwn) {
  EXPECT_THAT(refused_text("name = 'x'\nchip_file = '" + chip_ +
                           "'\nchips = 2\ntopology = 'node'\n[[cable]]\nends = ['0.0', '1.0']\n"),
              HasSubstr("a node is wired by rule: no [[cable]]"));
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
