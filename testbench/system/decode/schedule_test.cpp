// SPDX-License-Identifier: Apache-2.0
// What the compiler makes of the trained model is legal, on every chip and on every link, and ends
// when it says.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "compiler/compile.h"
#include "compiler/model/model.h"
#include "fabric/schedule/link_schedule.h"
#include "fabric/topology/system_spec.h"
#include "isa/check/check.h"
#include "isa/program/program.h"
#include "isa/program/timeline.h"

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
    return compiler::compile({spec.chip, spec.chips, spec.flight}, model.config(),
                             {{std::get<1>(GetParam()), 0, kSteps}, kPrompt});
  }
};

TEST_P(CompiledProgramTest, IsLegalOnEveryChipAndLink) {
  const auto spec = system();
  const fabric::Topology topology(spec.topology, spec.chips);
  for (const auto& step : compiled(spec).steps) {
    const auto checked = isa::check(spec.chip, *step.program);
    for (const auto& violation : checked.violations) {
      ADD_FAILURE() << step.program->name << ": " << isa::text_of(violation);
    }
    EXPECT_EQ(checked.end, step.schedule.end) << step.program->name;

    const auto timeline = isa::resolve(spec.chip, *step.program);
    EXPECT_EQ(timeline.end, step.schedule.end) << step.program->name;
    const auto links = fabric::derive(
        spec.chip, topology, std::vector(static_cast<std::size_t>(spec.chips), timeline.issues));
    for (const auto& violation : fabric::check(spec, links)) {
      ADD_FAILURE() << step.program->name << ": " << violation.what;
    }
    EXPECT_EQ(links.transfers.empty(), spec.chips == 1);
  }
}

TEST_P(CompiledProgramTest, CanBeWrittenAndReadBack) {
  for (const auto& step : compiled(system()).steps) {
    const auto bytes = isa::pack_program("step", *step.program);
    EXPECT_EQ(isa::unpack_program("step", bytes).queues, step.program->queues);
  }
}

INSTANTIATE_TEST_SUITE_P(
    , CompiledProgramTest,
    testing::Combine(testing::Values<std::string>("chip", "pair", "quad", "node8", "tiny",
                                                  "tiny-pair"),
                     testing::Values(compiler::Matmul::kF16, compiler::Matmul::kW8A16)),
    [](const auto& of) {
      std::string system = std::get<0>(of.param);
      std::replace(system.begin(), system.end(), '-', '_');
      return system + (std::get<1>(of.param) == compiler::Matmul::kF16 ? "_fp16" : "_w8a16");
    });

}  // namespace
}  // namespace lpu
