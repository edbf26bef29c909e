// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <numeric>

#include "cli/command.h"
#include "cli/decode.h"
#include "cli/machine.h"
#include "cli/model_request.h"
#include "cli/run_outputs.h"
#include "cli/step_summary.h"
#include "traces/summary/sha256.h"

namespace lpu::cli {
namespace {

struct Options {
  ModelRequestOptions request;
  RunOutputOptions outputs;
};

void refuse_contradictions(const Options& o, const compiler::ModelSource& model) {
  if (o.outputs.values == "none") {
    return;
  }
  if (o.request.context > 0) {
    throw fabric::UsageError(
        "--context: a cache that nobody filled has no values; "
        "add --values none");
  }
  if (!model.has_weights()) {
    throw fabric::UsageError(
        "the model has no weights; add --values none or "
        "--weights random");
  }
}

/// Tokens of a user: one a step, and those of a draft that the step chose, too.
std::int64_t tokens_made(const traces::RunSummary& s) {
  return static_cast<std::int64_t>(s.cycles_per_token.size()) + s.accepted;
}

traces::RunSummary summary_of(const Options& o, const ModelRequest& r, const Decoded& decoded,
                              const fabric::RunResult& ran) {
  traces::RunSummary s = summarise(r.system, ran);
  s.model = r.model.name();
  s.matmul = o.request.matmul;
  s.tokens.assign(decoded.tokens.begin(), decoded.tokens.end());
  if (r.model.has_tokenizer()) {
    s.text = r.model.tokenizer().decode(decoded.tokens);
  }
  if (!decoded.logits.empty()) {
    s.logits_sha256 = traces::sha256(decoded.logits);
  }
  std::int64_t cycles = 0;
  s.users = o.request.users;
  s.draft = o.request.draft;
  s.accepted = decoded.accepted;
  for (std::size_t step = 0; step < decoded.step_cycles.size(); ++step) {
    const std::int64_t took = decoded.step_cycles[step];
    if (r.compiled.context(step).heads != compiler::Heads::kNone) {
      s.cycles_per_token.push_back({took});
      cycles += took;
    } else {
      s.prompt_cycles = s.prompt_cycles + isa::Cycles{took};
    }
  }
  s.simulated_tokens_per_second = static_cast<double>(tokens_made(s)) * 1e6 *
                                  static_cast<double>(r.system.chip.clock_mhz) /
                                  static_cast<double>(cycles);
  s.predicted_cycles = {decoded.predicted_cycles};
  s.simulated_cycles = {decoded.simulated_cycles};
  if (!o.outputs.json.empty()) {  // nothing else says them
    s.operators = operators_of(r);
    s.stages = stages_of(r);
  }
  return s;
}

void print(const Options& o, const traces::RunSummary& s) {
  const auto line = [](std::string_view name, const std::string& value) {
    fmt::print("{:<28} {}\n", name, value);
  };
  line("system", fmt::format("{}, {} chips", s.system, s.chips));
  line("model", fmt::format("{}, {}", s.model, s.matmul));
  if (!o.request.prompt.empty()) {
    line("prompt", o.request.prompt);
  }
  if (!s.text.empty()) {
    line("answer", s.text.substr(0, s.text.find('\n')));
  }
  const std::int64_t last = s.cycles_per_token.back().value;
  line(s.draft > 0 ? "cycles a step" : "cycles a token",
       fmt::format("{} to {}", s.cycles_per_token.front().value, last));
  line("modelled machine", fmt::format("{:.1f} tokens/s", s.simulated_tokens_per_second));
  if (s.users > 1) {
    line("users", fmt::format("{}, {:.1f} tokens/s together", s.users,
                              static_cast<double>(s.users) * s.simulated_tokens_per_second));
  }
  if (s.draft > 0) {
    line("draft", s.tokens.empty() ? fmt::format("{} tokens", s.draft)
                                   : fmt::format("{} tokens, {} accepted", s.draft, s.accepted));
  }
  if (o.request.prefill > 1) {
    const isa::Cycles first = s.prompt_cycles + s.cycles_per_token.front();
    line("cycles to the first token", std::to_string(first.value));
  }
  line("simulation",
       fmt::format("{:.2f} tokens/s, {:.2f} s in all",
                   static_cast<double>(tokens_made(s)) / s.wall_seconds, s.wall_seconds));
  line("predicted cycles", std::to_string(s.predicted_cycles.value));
  line("simulated cycles", std::to_string(s.simulated_cycles.value));
  line("vector operations", std::to_string(s.vector_ops));
  for (const auto& [name, value] : link_lines(s)) {
    line(name, value);
  }
  if (s.cosim.compared_outputs > 0) {
    line("RTL outputs compared",
         fmt::format("{}, {} differences", s.cosim.compared_outputs, s.cosim.differences));
  }
  for (const auto& [name, file] : {std::pair<const char*, std::string>{"waveform", o.outputs.wave},
                                   {"report", o.outputs.report},
                                   {"trace", o.outputs.trace}}) {
    if (!file.empty()) {
      line(name, file);
    }
  }
}

int execute(const Options& options) {
  const ModelRequest request = compile_request(
      options.request,
      [&](const compiler::ModelSource& model) { refuse_contradictions(options, model); });
  RunOutputs outputs(options.outputs, request.system);
  fabric::System& system = machine(outputs.system_config());
  outputs.attach(system);
  Decode decode(system, request.compiled);
  const fabric::RunOptions run = outputs.run_options();
  if (run.values == tlm::Values::kFull) {
    decode.load(request.model);
  }
  const Decoded decoded = outputs.recorded([&] {
    return decode.run(request.prompt, request.model.config().eos_token_ids, run,
                      [](int done, int of) { show_progress("simulated steps", done, of); });
  });

  const fabric::RunResult ran{decoded.step_start.front(),
                              decoded.step_start.front() + isa::Cycles{decoded.simulated_cycles},
                              system.statistics()};
  traces::RunSummary summary = summary_of(options, request, decoded, ran);
  outputs.write(summary, ran.statistics.links, decoded.phases);
  print(options, summary);
  return verdict(summary);
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("run", "Compile a model for a system and simulate it decoding");
  auto options = std::make_shared<Options>();
  add_model_request_options(*verb, options->request);
  add_run_output_options(*verb, options->outputs);
  verb->callback([&action, options] { action = [options] { return execute(*options); }; });
}

}  // namespace lpu::cli
