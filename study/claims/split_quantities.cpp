// SPDX-License-Identifier: Apache-2.0
// Prefill and decoding on one machine, on the other and on both.
#include <fmt/format.h>

#include "study/chip/ceilings.h"
#include "study/claims/quantities.h"

namespace lpu::study {
namespace {

constexpr int kBits = 8;  // of a GPU's weights here

/// Milliseconds; or that there is no run, and why.
void add(const Evidence& e, const std::string& name, std::optional<double> seconds,
         const std::string& how, Quantities& all) {
  const Run& run = *e.of_large().token;
  Quantity q{std::nullopt, "ms", fmt::format("refused: {}", run.refusal), e.command};
  if (run.ran() && seconds) {
    q.value = 1e3 * *seconds;
    q.how = how;
  } else if (run.ran()) {
    q.how = "the runs that it takes are not there";
  }
  all[name] = q;
}

/// Bounds of filling a cache with all positions at once, which no run here shows.
void add_bounds(const Evidence& e, Quantities& all) {
  const Tried& large = e.of_large();
  const ChipCeilings c = ceilings_of(large.chip);
  const double chips = static_cast<double>(large.chips);
  const double arithmetic =
      prefill_operations(large.work, large.token->context) / (chips * c.operations(e.file.matmul));
  const double install =
      static_cast<double>(large.work.parameters_a_token) / (chips * c.install(e.file.matmul));
  all["large.prefill_arithmetic_bound"] = {1e3 * arithmetic, "ms",
                                           "bound: operations / rate of all chips", e.command};
  all["large.install_bound"] = {
      1e3 * install, "ms", "bound: every weight into a plane once, all chips at a time", e.command};
}

/// Seconds of a whole prompt whose first positions were run in a step: steps one after the other,
/// or as many in flight as the pipeline takes, for positions of a prompt are known.
struct PrefillInParts {
  std::optional<double> one_by_one;
  std::optional<double> in_flight;
};
PrefillInParts prefill_in_parts(const Evidence& e, std::optional<double> decoded,
                                const Quantities& all) {
  const Run* prompt = e.of_large().prompt;
  if (!decoded || prompt == nullptr || !prompt->ran()) {
    return {};
  }
  const double less = all.at("large.prompt_together").value.value() /
                      all.at("large.prompt_one_by_one").value.value();
  const Pipeline pipeline = pipeline_of(*prompt);
  const double speedup = pipeline.throughput(pipeline.full()) * pipeline.token_cycles;
  return {*decoded * less, *decoded * less / speedup};
}

}  // namespace

std::optional<double> prefill_by_decoding(const Tried& tried, std::int64_t positions) {
  double seconds = 0.0;
  const Run* before = nullptr;
  for (const Run* run : tried.sweep) {
    if (!run->ran() || run->context > positions) {
      break;
    }
    if (before != nullptr) {
      seconds += static_cast<double>(run->context - before->context) *
                 (1.0 / before->tokens_per_second + 1.0 / run->tokens_per_second) / 2.0;
    }
    before = run;
  }
  const bool whole = before != nullptr && tried.sweep.front()->context == 0;
  return whole && before->context == positions ? std::optional(seconds) : std::nullopt;
}

void add_split(const Evidence& e, Quantities& all) {
  const Tried& large = e.of_large();
  const Run& run = *large.token;
  const int devices = static_cast<int>(e.split.devices.value);
  const double output = e.split.output_tokens.value;
  const StepTime prefill = prefill_time(e.gpu, large.work, devices, kBits, run.context);
  const StepTime step = gpu_step(e, devices, kBits, 1);
  const double token = run.ran() ? 1.0 / run.tokens_per_second : 0.0;
  const double handoff = handoff_seconds(e.split, large.work, run.context);
  const auto decoded = prefill_by_decoding(large, run.context);
  const std::string gpus = fmt::format("ceilings of {} {}, 8-bit weights", devices, e.gpu.name);
  const std::string request =
      fmt::format("{} positions in, {:.0f} tokens out", run.context, output);

  add(e, "gpu.prefill", prefill.seconds(), fmt::format("{}, {} positions", gpus, run.context), all);
  add(e, "large.prefill", decoded,
      fmt::format("{} positions decoded one after the other, time between runs taken as linear",
                  run.context),
      all);
  const PrefillInParts parts = prefill_in_parts(e, decoded, all);
  add(e, "large.prefill_together", parts.one_by_one,
      fmt::format("the same, as many times less as {} positions in a step take less, derived",
                  e.file.positions_together),
      all);
  add(e, "large.prefill_in_flight", parts.in_flight,
      "the same with as many of these steps in flight as a full pipeline takes, derived", all);
  add_bounds(e, all);
  add(e, "gpu.token", step.seconds(), gpus + ", one user", all);
  add(e, "large.token", token, "one user, from the run", all);
  add(e, "split.handoff", handoff, "cache of keys and values over the joint", all);
  add(e, "gpu.request", prefill.seconds() + output * step.seconds(), request + ", all on GPUs",
      all);
  add(e, "large.request", decoded ? std::optional(*decoded + output * token) : std::nullopt,
      request + ", all on LPUs", all);
  add(e, "large.request_in_flight",
      parts.in_flight ? std::optional(*parts.in_flight + output * token) : std::nullopt,
      request + ", all on LPUs, the prompt's steps in flight, derived", all);
  add(e, "split.request", prefill.seconds() + handoff + output * token,
      request + ", prefill on GPUs, hand-off, decoding on LPUs", all);
  const SplitToken mixed =
      run.ran() ? split_token(e.split, e.gpu, large.work, kBits, run) : SplitToken{};
  add(e, "split.token", mixed.seconds(), "attention on GPUs, the rest on LPUs", all);
  add(e, "split.crossings", mixed.crossings, "of it: two crossings a layer", all);
}

}  // namespace lpu::study
