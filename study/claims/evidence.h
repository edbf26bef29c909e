// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/model/config.h"
#include "isa/spec/chip_spec.h"
#include "study/accelerator/accelerator.h"
#include "study/accelerator/measured.h"
#include "study/claims/claims_file.h"
#include "study/economics/economics.h"
#include "study/runs/run_book.h"
#include "study/split/split.h"

namespace lpu::study {

/// A model on a system, with its runs.
struct Tried {
  Subject subject;
  std::string system_name;
  std::string model_name;
  isa::ChipSpec chip;
  std::int64_t chips{0};
  compiler::ModelConfig config;
  ModelWork work;
  std::vector<const Run*> sweep;   // by rising context, the study's own among them
  std::vector<const Run*> others;  // with the other matmuls, as `token`; none if that is a refusal
  const Run* token{nullptr};     // at the study's context; if that is refused, at the next smaller
                                 // one that ran; if none did, the refusal at the study's context
  const Run* prompt{nullptr};    // several positions in a step; nothing if `token` did not run
  const Run* together{nullptr};  // the token of several users in a step; nothing if none are placed
  std::map<std::int64_t, std::int64_t> placed;  // users by context, by the compiler
};

/// Makes the runs of a subject: a token at `context` and at each of the file's; those that the
/// model has no position for with the long model, if there is one. Then the token that is looked at
/// with the other matmuls, and the beginning of a prompt.
void sweep(RunBook& book, const ClaimsFile& file, std::int64_t context, Tried& tried);

/// Makes the run of as many users in a step as are placed, at most as many as the file says.
void run_together(RunBook& book, const ClaimsFile& file, Tried& tried);

/// Makes the run of the token at `context` alone.
void run_token(RunBook& book, const ClaimsFile& file, std::int64_t context, Tried& tried);

/// Everything the figures of the study are made of.
struct Evidence {
  ClaimsFile file;
  std::int64_t context{0};
  std::vector<Tried> large;  // up to the first that ran
  std::vector<Tried> small;
  std::vector<std::vector<Tried>> groups;  // as the file's; with the token alone
  std::vector<Accelerator> accelerators;
  Accelerator gpu;         // that of the file
  MeasuredModel measured;  // of the large model; of none if nobody has
  Economics economics;
  SplitParameters split;
  std::string command;  // of this study

  /// The one that is looked at: the last that was tried.
  [[nodiscard]] const Tried& of_large() const { return large.back(); }
  [[nodiscard]] const Tried& of_small() const { return small.back(); }
};

}  // namespace lpu::study
