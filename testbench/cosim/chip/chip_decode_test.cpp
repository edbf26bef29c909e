// SPDX-License-Identifier: Apache-2.0
// The trained model's whole decode of a problem on the chip in RTL, beside the model of the chip.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/model/model.h"
#include "compiler/placement/image.h"
#include "fabric/topology/system_spec.h"
#include "testbench/cosim/chip/chip_lockstep.h"

namespace lpu::testbench {
namespace {

/// The token that a step chose, from the RTL's MEM.
int chosen(ChipLockstep& chip, const isa::ChipSpec& spec, const compiler::Placement& placement,
           int step) {
  const compiler::Place& place = placement.tokens.value();
  int value = 0;
  for (int byte = 0; byte < isa::bytes_of(place.type); ++byte) {
    const int slice =
        static_cast<int>(place.hemisphere) * static_cast<int>(spec.mem_slices) + place.slice;
    value |= chip.rtl().read_row(slice + byte, place.row + step + 1)[0] << (8 * byte);
  }
  return value;
}

TEST(ChipDecodeTest, TheTrainedModelAddsOnTheChipInRtl) {
  const std::string problem = "47+85=";
  const std::string answer = "132\n";
  const fabric::SystemSpec system =
      fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/tiny.toml");
  compiler::ModelSource model =
      compiler::ModelSource::open(LPU_SOURCE_DIR "/configs/models/addition");
  const int prompt = static_cast<int>(problem.size());
  const compiler::Compiled compiled = compiler::compile(
      system, model.config(),
      {{compiler::Matmul::kF16, 0, prompt + static_cast<int>(answer.size()) - 1}, prompt});

  const compiler::Placement& placement = compiled.stages().front().placement;

  ChipLockstep chip(system.chip);
  for (const auto& row : compiler::memory_image(system.chip, placement, model, 0)) {
    chip.write_row(row.slice, row.row, row.bytes);
  }
  const std::vector<int> ids = model.tokenizer().encode(problem);
  for (const auto& row : compiler::token_image(system.chip, placement, ids)) {
    chip.write_row(row.slice, row.row, row.bytes);
  }

  std::vector<int> tokens;
  for (std::size_t step = 0; step < compiled.steps(); ++step) {
    const std::int64_t before = chip.cycles();
    const auto made = compiled.step(step);
    chip.run(*made->programs.front());
    ASSERT_FALSE(testing::Test::HasFailure()) << "step " << step;
    EXPECT_EQ(chip.cycles() - before, made->end.value) << "step " << step;
    if (!made->schedules.front().logits.empty()) {
      tokens.push_back(chosen(chip, system.chip, placement, static_cast<int>(step)));
    }
  }
  EXPECT_EQ(model.tokenizer().decode(tokens), answer);
  chip.compare_memory();
  std::cout << chip.cycles() << " cycles, " << chip.registers() << " stream registers, "
            << chip.valid_registers() << " of them valid: all equal\n";
  RecordProperty("cycles", std::to_string(chip.cycles()));
  RecordProperty("registers", std::to_string(chip.registers()));
}

}  // namespace
}  // namespace lpu::testbench
