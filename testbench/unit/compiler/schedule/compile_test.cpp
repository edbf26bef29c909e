// SPDX-License-Identifier: Apache-2.0
// Programs of the compiler against the checker, which shares no code with it: every program is
// legal, and both say the same cycle for its end.
#include "compiler/compile.h"

#include <gtest/gtest.h>

#include "isa/check/check.h"

namespace lpu::compiler {
namespace {

ModelConfig config(int hidden, int feed_forward, int heads, int kv_heads, int head_dim) {
  ModelConfig c;
  c.vocab_size = 13;
  c.hidden_size = hidden;
  c.intermediate_size = feed_forward;
  c.num_hidden_layers = 2;
  c.num_attention_heads = heads;
  c.num_key_value_heads = kv_heads;
  c.head_dim = head_dim;
  c.rms_norm_eps = 1e-5;
  return c;
}

class CompileTest : public ::testing::TestWithParam<int> {
 protected:
  void expect_legal(const ModelConfig& c, Matmul matmul) {
    const Target target{
        isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml"), GetParam(), {217}};
    const Compiled compiled = compile(target, c, {{matmul, 0, 4}, 3});
    ASSERT_EQ(compiled.steps.size(), 4U);
    for (const CompiledStep& step : compiled.steps) {
      const isa::CheckResult result = isa::check(target.spec, *step.program);
      for (std::size_t i = 0; i < std::min<std::size_t>(result.violations.size(), 10); ++i) {
        ADD_FAILURE() << step.program->name << ": " << isa::text_of(result.violations[i]);
      }
      EXPECT_EQ(result.end, step.schedule.end) << step.program->name;
      RecordProperty(step.program->name, std::to_string(result.end.value));
    }
  }
};

TEST_P(CompileTest, ProgramsAreLegalAndEndWhenPredictedWithFp16Weights) {
  expect_legal(config(128, 344, 8, 4, 16), Matmul::kF16);
}

TEST_P(CompileTest, ProgramsAreLegalAndEndWhenPredictedWithInt8Weights) {
  expect_legal(config(128, 344, 8, 4, 16), Matmul::kW8A16);
}

TEST_P(CompileTest, AWidthOfSeveralVectorsIsLegal) {
  expect_legal(config(712, 1500, 8, 8, 72), Matmul::kF16);
}

INSTANTIATE_TEST_SUITE_P(Chips, CompileTest, ::testing::Values(1, 2, 4, 8));

}  // namespace
}  // namespace lpu::compiler
