// SPDX-License-Identifier: Apache-2.0
// What the compiler makes of the trained model is legal, on every chip and on every link, and ends
// when it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "compiler/compile.h"
#include "compiler/model/model.h"
#include "isa/program/program.h"
#include "testbench/system/decode/judged.h"

namespace lpu {
namespace {

class CompiledProgramTest
    : public testing::TestWithParam<std::tuple<std::string, compiler::Matmul>> {
 protected:
  static constexpr int kPrompt = 2;
  static constexpr int kSteps = 3;  // before the last prompt token, with it, and after it

  static fabric::SystemSpec system() {
    return fabric::read_system_spec(std::string(LPU_SOURCE_DIR "/configs/systems/") +
                                    std::get<0>(GetParam()) + ".toml");
  }
  static compiler::Compiled compiled(const fabric::SystemSpec& spec) {
    const auto model = compiler::ModelSource::open(LPU_SOURCE_DIR "/configs/models/addition");
    return compiler::compile(spec, model.config(), {{std::get<1>(GetParam()), 0, kSteps}, kPrompt});
  }
};

TEST_P(CompiledProgramTest, IsLegalOnEveryChipAndLink) {
  const auto spec = system();
  const auto all = compiled(spec);
  for (std::size_t k = 0; k < all.steps(); ++k) {
    const auto made = all.step(k);
    const auto& step = *made;
    const Judged judged = judge(spec, step.programs);
    EXPECT_THAT(judged.violations, testing::IsEmpty()) << step.name;
    EXPECT_THAT(judged.link_violations, testing::IsEmpty()) << step.name;
    EXPECT_EQ(judged.end, step.end) << step.name;
    EXPECT_EQ(judged.transfers == 0, spec.chips == 1) << step.name;
  }
}

TEST_P(CompiledProgramTest, CanBeWrittenAndReadBack) {
  const auto all = compiled(system());
  for (std::size_t k = 0; k < all.steps(); ++k) {
    const auto made = all.step(k);
    const auto& step = *made;
    const isa::Program& program = *step.programs.front();
    const auto bytes = isa::pack_program("step", program);
    EXPECT_EQ(isa::unpack_program("step", bytes).queues, program.queues);
  }
}

INSTANTIATE_TEST_SUITE_P(
    , CompiledProgramTest,
    testing::Combine(testing::Values<std::string>("chip", "pair", "quad", "node8", "rack72", "tiny",
                                                  "tiny-pair"),
                     testing::Values(compiler::Matmul::kF16, compiler::Matmul::kW8A16)),
    [](const auto& of) {
      std::string system = std::get<0>(of.param);
      std::replace(system.begin(), system.end(), '-', '_');
      return system + (std::get<1>(of.param) == compiler::Matmul::kF16 ? "_fp16" : "_w8a16");
    });

}  // namespace
}  // namespace lpu
