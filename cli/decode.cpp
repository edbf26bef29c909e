// SPDX-License-Identifier: Apache-2.0
#include "cli/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

#include "compiler/placement/image.h"

namespace lpu::cli {

Decode::Decode(fabric::System& system, const compiler::Compiled& compiled)
    : system_(system), compiled_(compiled) {}

void Decode::load(const compiler::ModelSource& model) {
  for (const compiler::PlacedStage& placed : compiled_.stages()) {
    for (int c = 0; c < placed.stage.chips; ++c) {
      const int chip = placed.stage.first_chip + c;
      if (system_.here(chip)) {
        write(chip, compiler::memory_image(system_.spec().chip, placed.placement, model, c));
      }
    }
  }
}

void Decode::write(int chip, const std::vector<isa::DataRow>& rows) {
  for (const isa::DataRow& row : rows) {
    system_.write_vector(chip, row.slice, row.row, row.bytes);
  }
}

Decoded Decode::run(std::span<const int> prompt, std::span<const std::int64_t> stop,
                    const fabric::RunOptions& options,
                    const std::function<void(int, int)>& progress) {
  const bool values = options.values == tlm::Values::kFull;
  if (values) {
    const compiler::PlacedStage& first = compiled_.stages().front();
    const auto rows =
        compiler::token_image(system_.spec().chip, first.placement, {prompt.begin(), prompt.end()});
    for (int c = 0; c < first.stage.chips; ++c) {
      write(first.stage.first_chip + c, rows);
    }
  }
  Decoded result;
  for (std::size_t step = 0; step < compiled_.steps(); ++step) {
    const auto made = compiled_.step(step);
    const compiler::CompiledStep& compiled = *made;
    const fabric::RunResult ran = fabric::run(system_, compiled.programs, options);
    const std::int64_t cycles = (ran.end - ran.start).value;
    if (progress) {
      progress(static_cast<int>(step) + 1, static_cast<int>(compiled_.steps()));
    }
    result.step_start.push_back(ran.start);
    result.step_cycles.push_back(cycles);
    result.simulated_cycles += cycles;
    result.predicted_cycles += compiled.end.value;
    add_phases(result, compiled);
    if (values && !choices(result, compiled, prompt, stop)) {
      break;
    }
  }
  return result;
}

bool Decode::choices(Decoded& result, const compiler::CompiledStep& step,
                     std::span<const int> prompt, std::span<const std::int64_t> stop) const {
  const std::vector<std::size_t> with_head = step.context.with_head();
  const auto& logits = step.schedules.back().logits;
  std::map<int, std::pair<std::vector<std::uint8_t>, int>> of_first;  // by row
  for (std::size_t i = 0; i < with_head.size(); ++i) {
    const compiler::Token& token = step.context.tokens[with_head[i]];
    std::pair made{logits_at(logits[i]), chosen(step.name, token.user, token.row + 1)};
    const auto& first = of_first.emplace(token.row, made).first->second;
    if (made != first) {
      throw std::runtime_error(fmt::format(
          "{}: user {} has other logits or another token than user 0", step.name, token.user));
    }
  }
  for (const auto& [row, choice] : of_first) {
    const auto& [of_row, token] = choice;
    result.logits.insert(result.logits.end(), of_row.begin(), of_row.end());
    result.tokens.push_back(token);
    if (std::find(stop.begin(), stop.end(), token) != stop.end()) {
      return false;
    }
    // What comes after a token of a draft that is not the chosen one is of no use.
    const auto next = static_cast<std::size_t>(row) + 1;
    if (next < prompt.size()) {
      if (token != prompt[next]) {
        return false;
      }
      ++result.accepted;
    }
  }
  return true;
}

void Decode::add_phases(Decoded& result, const compiler::CompiledStep& step) {
  const isa::Cycles offset = result.step_start.back() - isa::Cycle{0};
  for (const compiler::StepSchedule& schedule : step.schedules) {
    for (const compiler::Phase& p : schedule.phases) {
      result.phases.push_back({fmt::format("step {} {}", result.step_start.size() - 1, p.name),
                               p.first + offset, p.last + offset + isa::Cycles{1}});
    }
  }
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

int Decode::chosen(const std::string& step, int user, int rows) const {
  std::optional<std::uint32_t> token;
  // Where the choice was made, and where the next step looks for it.
  for (const compiler::PlacedStage* placed :
       {&compiled_.stages().back(), &compiled_.stages().front()}) {
    for (int c = 0; c < placed->stage.chips; ++c) {
      const int chip = placed->stage.first_chip + c;
      const int row = placed->placement.token_row(user, rows);
      const auto has = word(chip, placed->placement.tokens.value(), row, 0);
      if (has != token.value_or(has)) {
        throw std::runtime_error(
            fmt::format("{}: token {} was chosen, chip {} has {}", step, *token, chip, has));
      }
      token = has;
    }
  }
  return static_cast<int>(*token);
}

std::vector<std::uint8_t> Decode::logits_at(const std::vector<compiler::Place>& places) const {
  const compiler::PlacedStage& last = compiled_.stages().back();
  std::vector<std::uint8_t> out(4 * static_cast<std::size_t>(last.placement.config.vocab_size));
  for (int chip = 0; chip < last.stage.chips; ++chip) {
    const compiler::Layout tokens = last.placement.sharding.vocabulary(chip);
    for (int chunk = 0; chunk < tokens.chunks(); ++chunk) {
      for (int lane = 0; lane < tokens.lanes; ++lane) {
        const auto c = static_cast<std::size_t>(chunk);
        const int token = tokens.element[c][static_cast<std::size_t>(lane)];
        if (token == compiler::Layout::kPadding) {
          continue;
        }
        const std::uint32_t bits = word(last.stage.first_chip + chip, places[c], 0, lane);
        for (std::size_t byte = 0; byte < 4; ++byte) {
          out[4 * static_cast<std::size_t>(token) + byte] =
              static_cast<std::uint8_t>(bits >> (8 * byte));
        }
      }
    }
  }
  return out;
}

}  // namespace lpu::cli
