// SPDX-License-Identifier: Apache-2.0
// The trained model on a rack: four pipeline stages of eight chips, five idle nodes.
#include "testbench/system/decode/addition_fixture.h"

namespace lpu {
namespace {

class Rack72Test : public AdditionFixture {};

TEST_F(Rack72Test, AnswersUnseenProblemsFromStageToStage) {
  constexpr std::size_t kProblems = 5;
  build("rack72.toml", compiler::Matmul::kF16);
  int right = 0;
  for (const std::string& problem : heldout(kProblems, kPrompt)) {
    const cli::Decoded decoded = run(problem.substr(0, kPrompt));
    EXPECT_EQ(decoded.predicted_cycles, decoded.simulated_cycles) << problem;
    right += text(decoded) == problem.substr(kPrompt) + "\n" ? 1 : 0;
  }
  EXPECT_EQ(right, static_cast<int>(kProblems));  // the model knows these: system.decode
  const fabric::SystemStatistics statistics = system_->statistics();
  for (int chip = 0; chip < 72; ++chip) {
    const bool idle = statistics.chips[static_cast<std::size_t>(chip)].vector_ops == 0;
    EXPECT_EQ(idle, chip >= 32) << chip;
  }
}

// An exchange in a node is 8 x 7 x 4 vectors: two a layer, and two of what the chips choose, logit
// and id. From stage to stage 4 vectors cross the cables, and each of them goes on to 7 chips.
TEST_F(Rack72Test, LinksCarryWhatArithmeticSays) {
  constexpr int kExchange = 8 * 7 * 4;
  constexpr int kHandOver = 4 + 4 * 7;
  constexpr int kWithoutToken = 8 * kExchange + 3 * kHandOver;
  constexpr int kWithToken = 10 * kExchange + 4 * kHandOver;
  build("rack72.toml", compiler::Matmul::kF16, 4, 3);
  EXPECT_EQ(text(run("7+8=")), "15\n");
  EXPECT_EQ(system_->statistics().link_vectors, 3 * kWithoutToken + 3 * kWithToken);
}

}  // namespace
}  // namespace lpu
