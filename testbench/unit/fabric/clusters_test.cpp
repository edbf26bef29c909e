// SPDX-License-Identifier: Apache-2.0
#include "fabric/schedule/clusters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isa/spec/geometry.h"

namespace lpu::fabric {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class ClustersTest : public testing::Test {
 protected:
  explicit ClustersTest(const char* system = "rack72")
      : spec_(read_system_spec(std::string(LPU_SOURCE_DIR "/configs/systems/") + system + ".toml")),
        topology_(spec_),
        programs_(static_cast<std::size_t>(spec_.chips)) {}

  /// An instruction at a link, whatever it is.
  void use(int chip, int link) {
    auto program = std::make_shared<isa::Program>();
    const auto& before = programs_[static_cast<std::size_t>(chip)];
    if (before != nullptr) {
      *program = *before;
    }
    const isa::Geometry geometry(spec_.chip);
    program->queues.resize(static_cast<std::size_t>(geometry.queues()));
    program->queues[static_cast<std::size_t>(geometry.c2c_queue(link))].emplace_back();
    programs_[static_cast<std::size_t>(chip)] = program;
  }
  /// To the chip at the other end of `link`.
  int other(int chip, int link) const { return topology_.peer({chip, link})->chip; }
  std::vector<std::vector<int>> clusters() const {
    return clusters_of(spec_.chip, topology_, programs_);
  }

  SystemSpec spec_;
  Topology topology_;
  ProgramSet programs_;
};

TEST_F(ClustersTest, WithoutProgramsEveryChipIsAlone) {
  ASSERT_THAT(clusters(), SizeIs(72));
  EXPECT_THAT(clusters()[71], ElementsAre(71));
}

TEST_F(ClustersTest, AProgramThatUsesNoLinkIsAlone) {
  auto program = std::make_shared<isa::Program>();
  const isa::Geometry geometry(spec_.chip);
  program->queues.resize(static_cast<std::size_t>(geometry.queues()));
  program->queues[0].emplace_back();
  programs_.assign(72, program);
  EXPECT_THAT(clusters(), SizeIs(72));
}

// A sender whose receiver has no program, and the other way round.
TEST_F(ClustersTest, OneEndOfACableIsEnough) {
  for (const int chip : {0, 1}) {
    programs_.assign(72, nullptr);
    use(chip, 0);  // local port 1: to the chip whose number differs in the lowest bit
    ASSERT_THAT(clusters(), SizeIs(71));
    EXPECT_THAT(clusters()[0], ElementsAre(0, 1));
    EXPECT_THAT(clusters()[1], ElementsAre(2));
  }
}

TEST_F(ClustersTest, AChainIsOneClusterInTheOrderOfItsChips) {
  use(6, 0);  // to chip 7
  use(7, 2);  // to chip 4
  use(4, 1);  // to chip 6, by local port 2
  use(1, 0);
  ASSERT_THAT(clusters(), SizeIs(72 - 1 - 2));
  EXPECT_THAT(clusters()[0], ElementsAre(0, 1));
  EXPECT_THAT(clusters()[3], ElementsAre(4, 6, 7));
  EXPECT_THAT(clusters()[4], ElementsAre(5));
}

TEST_F(ClustersTest, NodesAreClustersUntilAGlobalCableIsUsed) {
  for (int chip = 0; chip < 72; ++chip) {
    use(chip, 6);
    use(chip, 0);
    use(chip, 1);
  }
  ASSERT_THAT(clusters(), SizeIs(9));
  EXPECT_THAT(clusters()[8], ElementsAre(64, 65, 66, 67, 68, 69, 70, 71));
  const int node = other(16, 8) / 8;  // over the first global link of node 2
  use(16, 8);
  ASSERT_THAT(clusters(), SizeIs(8));
  EXPECT_THAT(clusters()[static_cast<std::size_t>(std::min(2, node))], SizeIs(16));
}

}  // namespace
}  // namespace lpu::fabric
