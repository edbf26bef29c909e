// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "cli/command.h"
#include "cli/launch.h"
#include "cli/study.h"
#include "fabric/system/unit_choice.h"
#include "fabric/topology/system_spec.h"
#include "isa/error/input_error.h"
#include "study/speculation/speculation.h"

namespace lpu::cli {
namespace {

constexpr std::array<std::int64_t, 4> kDrafts{1, 2, 4, 8};

/// A refused run has no figure to go on with.
const study::Run& made(study::RunBook& book, const study::RunRequest& request) {
  const study::Run& run = book.run(request);
  if (run.status == kBadInput) {
    throw isa::InputError(run.command, 0, run.refusal);
  }
  if (!run.ran()) {
    throw std::runtime_error(fmt::format("{}: status {}", run.command, run.status));
  }
  return run;
}

}  // namespace

int study_speculation(const StudyOptions& options) {
  if (ranks().size() > 1) {
    throw fabric::UsageError("study speculation starts its runs itself: not under mpirun");
  }
  if (options.model.empty() || options.draft_system.empty() || options.draft_model.empty()) {
    throw fabric::UsageError(
        "study speculation needs --system, --model, --draft-system and --draft-model");
  }
  const auto clock = [](const std::string& file) {
    return fabric::read_system_spec(file).chip.clock_mhz;
  };
  if (clock(options.system) != clock(options.draft_system)) {
    throw isa::InputError(options.draft_system, 0,
                          "its clock is another than that of " + options.system);
  }
  const double hertz = 1e6 * static_cast<double>(clock(options.system));
  Launcher launcher;
  study::RunBook book([&](const std::vector<std::string>& words) { return launcher(words); });
  const auto request = [&](const std::string& system, const std::string& model,
                           std::int64_t draft) {
    return study::RunRequest{.system = system,
                             .model = model,
                             .matmul = options.matmul,
                             .context = options.context,
                             .draft = draft};
  };
  const study::Run& alone = made(book, request(options.system, options.model, 0));
  const study::Run& small = made(book, request(options.draft_system, options.draft_model, 0));
  nlohmann::ordered_json json{{"alone", alone.cycles}, {"drafting", small.cycles}};
  fmt::print("{}\n{}\n", alone.command, small.command);
  fmt::print("one token: {} cycles, {:.1f} tokens/s; a drafted one: {} cycles\n\n", alone.cycles,
             hertz / static_cast<double>(alone.cycles), small.cycles);
  fmt::print("tokens/s (times as fast) if a drafted token is accepted with probability\n");
  fmt::print("{:>5} {:>10} {:>10}", "draft", "checking", "round");
  for (const double acceptance : options.acceptance) {
    fmt::print(" {:>15.2f}", acceptance);
  }
  fmt::print("\n");
  for (const std::int64_t draft : kDrafts) {
    const study::Run& check = made(book, request(options.system, options.model, draft));
    const study::Round round{draft, small.cycles, check.cycles};
    fmt::print("{:>5} {:>10} {:>10}", draft, round.checking, round.cycles());
    nlohmann::ordered_json rates = nlohmann::ordered_json::array();
    for (const double acceptance : options.acceptance) {
      const double cycles =
          static_cast<double>(round.cycles()) / study::tokens_of(round, acceptance);
      fmt::print(" {:>7.1f} ({:>4.2f}x)", hertz / cycles,
                 static_cast<double>(alone.cycles) / cycles);
      rates.push_back({{"acceptance", acceptance}, {"tokens_per_second", hertz / cycles}});
    }
    fmt::print("\n");
    json["rounds"].push_back({{"command", check.command},
                              {"draft", draft},
                              {"checking", round.checking},
                              {"cycles", round.cycles()},
                              {"rates", std::move(rates)}});
  }
  write_study(options, json);
  return kDone;
}

}  // namespace lpu::cli
