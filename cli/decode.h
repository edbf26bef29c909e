// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/model/model.h"
#include "fabric/system/run.h"
#include "fabric/system/system.h"
#include "traces/report/report.h"

namespace lpu::cli {

/// What a system made of a prompt.
struct Decoded {
  std::vector<int> tokens;                // chosen, the end token included
  int accepted{0};                        // of a draft: those before the first wrong one
  std::vector<isa::Cycle> step_start;     // of every step
  std::vector<std::int64_t> step_cycles;  // simulated, of every step
  std::int64_t predicted_cycles{0};
  std::int64_t simulated_cycles{0};
  std::vector<traces::Phase> phases;  // the compiler's, at the cycles of this run
  std::vector<std::uint8_t> logits;   // fp32, vocabulary order, one block a chosen token
};

/// Runs compiled steps on a system: the host's part of decoding. The host writes weights and
/// prompt into MEM and starts each step; what the machine chooses stays in its memory, where the
/// next step finds it.
class Decode {
 public:
  Decode(fabric::System& system, const compiler::Compiled& compiled);

  /// Writes every chip's part of the weights. Not for values = none.
  void load(const compiler::ModelSource& model);

  /// Decodes until a token of `stop` is chosen, another than a draft's, or the compiled steps are
  /// used up. All users have the same prompt. Throws std::runtime_error if chips or users choose
  /// different tokens.
  /// `progress(done, of)` after each step.
  [[nodiscard]] Decoded run(std::span<const int> prompt, std::span<const std::int64_t> stop,
                            const fabric::RunOptions& options,
                            const std::function<void(int, int)>& progress = {});

 private:
  /// The tokens that a step has chosen, and their logits. False if decoding ends with them.
  bool choices(Decoded& result, const compiler::CompiledStep& step, std::span<const int> prompt,
               std::span<const std::int64_t> stop) const;
  static void add_phases(Decoded& result, const compiler::CompiledStep& step);
  void write(int chip, const std::vector<isa::DataRow>& rows);
  /// Of the position after `rows`.
  [[nodiscard]] int chosen(const std::string& step, int user, int rows) const;
  [[nodiscard]] std::vector<std::uint8_t> logits_at(
      const std::vector<compiler::Place>& places) const;
  [[nodiscard]] std::uint32_t word(int chip, const compiler::Place& place, int row, int lane) const;

  fabric::System& system_;
  const compiler::Compiled& compiled_;
};

}  // namespace lpu::cli
