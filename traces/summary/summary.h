// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isa/spec/cycle.h"

namespace lpu::traces {

/// RTL compared with the model while the run went on.
struct CosimSummary {
  std::int64_t compared_outputs{0};
  std::int64_t differences{0};
};

/// What links met where the system file lets clocks differ or bits go wrong.
struct LinkSummary {
  std::int64_t least_skew{0};  // cycles by which a receiver's clock was ahead
  std::int64_t most_skew{0};
  std::optional<isa::Cycles> tolerated_skew;  // by the schedules of all programs that ran
  std::int64_t corrected_vectors{0};
  std::int64_t undetected_vectors{0};
};

/// By how many cycles the operators of one name move the end of a step.
struct OperatorSummary {
  std::string name;
  std::int64_t times{0};
  isa::Cycles cycles;
  isa::Cycles bound;  // the same at the earliest that machine and placement allow
  std::string limit;  // what accounts for most of the bound: install, links, ...
};

/// What a pipeline stage does in a step, and what stands in each of its chips.
struct StageSummary {
  std::string part;  // of the model: "layers 0..3"
  std::int64_t first_chip{0};
  std::int64_t chips{0};
  isa::Cycle begin;  // of the step, when it has the first vector to work on
  isa::Cycle end;    // when it has handed over the last; the token's way back is not in it
  std::map<std::string, std::int64_t> rows;  // of MEM, by what stands there
};

/// What went over a link in one direction.
struct LinkTraffic {
  std::int64_t from_chip{0};
  std::int64_t from_link{0};
  std::int64_t to_chip{0};
  std::int64_t to_link{0};
  std::int64_t vectors{0};
};

/// What a run has to say about itself. Members and keys of the JSON have the same names.
struct RunSummary {
  std::string system;
  std::string model;
  std::int64_t chips{0};
  std::string matmul;
  std::string values;
  std::string text;
  std::vector<std::int64_t> tokens;
  std::string logits_sha256;                  // see sha256.h; empty without values
  std::int64_t users{1};                      // each with the same prompt
  std::int64_t draft{0};                      // tokens of the prompt that were to be chosen again
  std::int64_t accepted{0};                   // so many of them were, before the first other one
  isa::Cycles prompt_cycles;                  // of steps that make no token
  std::vector<isa::Cycles> cycles_per_token;  // of a user; one entry for a draft
  double simulated_tokens_per_second{0};      // of a user
  isa::Cycles predicted_cycles;
  isa::Cycles simulated_cycles;
  std::int64_t vector_ops{0};
  double wall_seconds{0};
  std::int64_t peak_rss_bytes{0};
  /// Busy fraction by kind of unit: `mem`, `vxm`, `mxm`, `sxm`.
  std::map<std::string, double> units;
  std::map<std::string, double> queues;  // the same by queue of a chip, mean of all chips
  double links_busy{0};
  std::vector<LinkTraffic> traffic;        // of links that carried anything
  std::vector<OperatorSummary> operators;  // of the last step, in the order of their work
  std::vector<StageSummary> stages;        // of the last step
  std::optional<LinkSummary> links{};      // nothing where all is ideal
  CosimSummary cosim;                      // 0 and 0 when no unit was compared
};

/// The JSON text, keys in a fixed order, ending in a newline. Text that is no UTF-8 has its bad
/// bytes replaced by U+FFFD.
[[nodiscard]] std::string to_json(const RunSummary& summary);
/// Whole or not at all; isa::InputError when it cannot be written.
void write_summary(const std::string& path, const RunSummary& summary);

}  // namespace lpu::traces
