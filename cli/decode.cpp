// SPDX-License-Identifier: Apache-2.0
#include "cli/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "compiler/placement/image.h"

namespace lpu::cli {

Decode::Decode(fabric::System& system, const compiler::Compiled& compiled)
    : system_(system), compiled_(compiled) {}

void Decode::load(const compiler::ModelSource& model) {
  for (int c = 0; c < system_.chips(); ++c) {
    if (!system_.here(c)) {
      continue;
    }
    for (const auto& row :
         compiler::memory_image(system_.spec().chip, compiled_.placement, model, c)) {
      system_.write_vector(c, row.slice, row.row, row.bytes);
    }
  }
}

Decoded Decode::run(std::span<const int> prompt, std::span<const std::int64_t> stop,
                    const fabric::RunOptions& options,
                    const std::function<void(int, int)>& progress) {
  const bool values = options.values == tlm::Values::kFull;
  if (values) {
    const auto rows = compiler::token_image(system_.spec().chip, compiled_.placement,
                                            {prompt.begin(), prompt.end()});
    for (int c = 0; c < system_.chips(); ++c) {
      for (const auto& row : rows) {
        system_.write_vector(c, row.slice, row.row, row.bytes);
      }
    }
  }
  Decoded result;
  for (std::size_t step = 0; step < compiled_.steps.size(); ++step) {
    const compiler::CompiledStep& compiled = compiled_.steps[step];
    const fabric::ProgramSet programs(static_cast<std::size_t>(system_.chips()), compiled.program);
    const fabric::RunResult ran = fabric::run(system_, programs, options);
    const std::int64_t cycles = (ran.end - ran.start).value;
    if (progress) {
      progress(static_cast<int>(step) + 1, static_cast<int>(compiled_.steps.size()));
    }
    result.step_start.push_back(ran.start);
    result.step_cycles.push_back(cycles);
    result.simulated_cycles += cycles;
    result.predicted_cycles += compiled.schedule.end.value;
    if (!values || compiled.schedule.logits.empty()) {
      continue;
    }
    append_logits(compiled.schedule, result.logits);
    result.tokens.push_back(chosen(step));
    if (std::find(stop.begin(), stop.end(), result.tokens.back()) != stop.end()) {
      break;
    }
  }
  return result;
}

std::uint32_t Decode::word(int chip, const compiler::Place& place, int row, int lane) const {
  std::uint32_t value = 0;
  for (int byte = 0; byte < isa::bytes_of(place.type); ++byte) {
    const int slice =
        static_cast<int>(place.hemisphere) * static_cast<int>(system_.spec().chip.mem_slices) +
        place.slice + byte;
    const auto vector = system_.read_vector(chip, slice, place.row + row);
    value |= static_cast<std::uint32_t>(vector[static_cast<std::size_t>(lane)]) << (8 * byte);
  }
  return value;
}

int Decode::chosen(std::size_t step) const {
  const int row = static_cast<int>(step) + 1;
  const auto token = word(0, compiled_.placement.tokens, row, 0);
  for (int c = 1; c < system_.chips(); ++c) {
    const auto other = word(c, compiled_.placement.tokens, row, 0);
    if (other != token) {
      throw std::runtime_error(
          fmt::format("step {}: chip 0 chose token {}, chip {} token {}", step, token, c, other));
    }
  }
  return static_cast<int>(token);
}

void Decode::append_logits(const compiler::StepSchedule& schedule,
                           std::vector<std::uint8_t>& out) const {
  const auto lanes = static_cast<int>(system_.spec().chip.lanes());
  const auto vocabulary = static_cast<int>(compiled_.placement.config.vocab_size);
  for (int token = 0; token < vocabulary; ++token) {
    const std::uint32_t bits =
        word(0, schedule.logits[static_cast<std::size_t>(token / lanes)], 0, token % lanes);
    for (int byte = 0; byte < 4; ++byte) {
      out.push_back(static_cast<std::uint8_t>(bits >> (8 * byte)));
    }
  }
}

}  // namespace lpu::cli
