// SPDX-License-Identifier: Apache-2.0
#include "study/split/split.h"

#include <array>

#include "isa/spec/toml_file.h"
#include "study/runs/operators.h"

namespace lpu::study {
namespace {

constexpr std::int64_t kHiddenBits = 16;

double transfer(std::int64_t bytes, const Sourced& bandwidth, const Sourced& latency) {
  return latency.value + static_cast<double>(bytes) / bandwidth.value;
}

}  // namespace

SplitParameters read_split(const std::string& path) {
  const toml::table table = isa::read_toml(path);
  SplitParameters split;
  const std::array<SourcedField, 6> fields{
      {{"devices", &split.devices},
       {"output_tokens", &split.output_tokens},
       {"handoff_bytes_per_second", &split.handoff_bytes_per_second},
       {"handoff_seconds", &split.handoff_seconds},
       {"crossing_bytes_per_second", &split.crossing_bytes_per_second},
       {"crossing_seconds", &split.crossing_seconds}}};
  std::vector<isa::InputError> errors;
  read_sourced(table, path, fields, {}, errors);
  throw_if_any(std::move(errors));
  return split;
}

double handoff_seconds(const SplitParameters& split, const ModelWork& work,
                       std::int64_t positions) {
  return transfer(bytes_of(work.cached_values * positions, kCacheBits),
                  split.handoff_bytes_per_second, split.handoff_seconds);
}

SplitToken split_token(const SplitParameters& split, const Accelerator& gpu, const ModelWork& work,
                       int bits, const Run& run) {
  ModelWork attention = work;
  attention.parameters_a_token = work.attention_parameters;
  attention.reductions = work.reductions / 2;
  SplitToken token;
  token.attention =
      step_time(gpu, attention, {static_cast<int>(split.devices.value), bits, 1, run.context})
          .seconds();
  // As many crossings as sums over a group: into attention and out of it, in every layer.
  token.crossings = static_cast<double>(work.reductions) *
                    transfer(bytes_of(work.hidden_size, kHiddenBits),
                             split.crossing_bytes_per_second, split.crossing_seconds);
  std::int64_t rest = run.cycles;
  for (const Run::Operator& o : run.operators) {
    rest -= in_attention_half(o.name) ? o.cycles : 0;
  }
  token.rest = static_cast<double>(rest) / static_cast<double>(run.cycles) / run.tokens_per_second;
  return token;
}

}  // namespace lpu::study
