// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/outages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fabric/topology/topology.h"
#include "isa/error/input_errors.h"

namespace lpu::fabric {
namespace {

using testing::HasSubstr;

class OutagesTest : public testing::Test {
 protected:
  ~OutagesTest() override { std::filesystem::remove(path_); }

  /// A shipped system with a section more.
  SystemSpec read(const std::string& name, const std::string& section) {
    std::stringstream text;
    text << std::ifstream(LPU_SOURCE_DIR "/configs/systems/" + name + ".toml").rdbuf();
    std::string all = text.str();
    const std::string chips = "../chips/";
    all.replace(all.find(chips), chips.size(), LPU_SOURCE_DIR "/configs/chips/");
    std::ofstream(path_) << all << section;
    return read_system_spec(path_.string());
  }
  std::string refusal(const std::string& name, const std::string& section) {
    try {
      static_cast<void>(read(name, section));
    } catch (const isa::InputErrors& e) {
      return e.what();
    }
    return {};
  }

  std::filesystem::path path_{std::filesystem::temp_directory_path() /
                              ("lpu_outages_" + std::to_string(getpid()) + ".toml")};
};

TEST_F(OutagesTest, WithoutASectionEverythingWorks) {
  const SystemSpec spec = read("rack72", "");
  EXPECT_TRUE(spec.outages.empty());
  EXPECT_EQ(spec.spare_nodes, 0);
  EXPECT_EQ(read("rack72-spare", "").spare_nodes, 1);
}

// Link 6 of chip 3 is port 7: it leads to chip 4.
TEST_F(OutagesTest, ACableIsOutWithEitherEnd) {
  for (const char* end : {"3.6", "4.6"}) {
    const Topology topology(read("node8", "[outages]\nlinks = ['" + std::string(end) + "']\n"));
    EXPECT_EQ(topology.cables().size(), 27U);
    EXPECT_FALSE(topology.peer({3, 6}));
    EXPECT_FALSE(topology.peer({4, 6}));
    EXPECT_EQ(topology.hops(3, 4), 2);
  }
}

TEST_F(OutagesTest, AChipAndANodeTakeTheirCablesAlong) {
  const SystemSpec chip = read("node8", "[outages]\nchips = [5]\n");
  EXPECT_TRUE(chip.outages.out(5));
  EXPECT_FALSE(chip.outages.out(4));
  EXPECT_EQ(Topology(chip).cables().size(), 28U - 7U);
  const SystemSpec node = read("rack72", "[outages]\nnodes = [2]\n");
  EXPECT_TRUE(node.outages.out(16));
  EXPECT_TRUE(node.outages.out(23));
  EXPECT_FALSE(node.outages.out(24));
  EXPECT_EQ(Topology(node).cables().size(), 396U - 28U - 32U);
}

TEST_F(OutagesTest, WhatDoesNotExistCannotBeOut) {
  const std::string said = refusal("node8",
                                   "[outages]\nlinks = ['0.8', 'west']\nchips = [8]\n"
                                   "nodes = ['x']\ncolour = 1\n");
  EXPECT_THAT(said, HasSubstr(":12: 'outages.links': an end of a cable is needed"));
  EXPECT_THAT(said, HasSubstr(":13: 'outages.chips': there are chips 0 to 7"));
  EXPECT_THAT(said, HasSubstr(":14: 'outages.nodes': there are nodes 0 to 0"));
  EXPECT_THAT(said, HasSubstr(":15: unknown key 'outages.colour'"));
}

TEST_F(OutagesTest, ASystemInPiecesIsRefused) {
  EXPECT_THAT(refusal("pair", "[outages]\nlinks = ['0.0']\n"),
              HasSubstr("no way is left from chip 0 to 1"));
  EXPECT_THAT(refusal("pair", "[outages]\nchips = [0, 1]\n"),
              HasSubstr("nothing is left of the system"));
}

TEST_F(OutagesTest, WhatIsPrintedIsReadAgain) {
  const SystemSpec spec =
      read("rack72-spare", "[outages]\nlinks = ['3.6']\nchips = [12, 13]\nnodes = [4]\n");
  const std::string printed = print_system_spec(spec);
  EXPECT_THAT(printed, HasSubstr("[outages]\nlinks = [\"3.6\"]\nchips = [12, 13]\nnodes = [4]\n"));
  EXPECT_THAT(printed, HasSubstr("[spare]\nnodes = { value = 1, source = \"P\" }\n"));
}

}  // namespace
}  // namespace lpu::fabric
