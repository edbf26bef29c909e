// SPDX-License-Identifier: Apache-2.0
#include "cli/claims_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/model_request.h"
#include "cli/users_placed.h"
#include "fabric/system/unit_choice.h"
#include "fabric/topology/system_spec.h"
#include "isa/error/input_error.h"
#include "study/claims/quantities.h"

namespace lpu::cli {
namespace {

namespace fs = std::filesystem;

compiler::ModelConfig read_model(const std::string& directory) {
  return compiler::read_config(fs::path(directory) / "config.json");
}

study::Tried read(const study::Subject& subject) {
  const auto system = fabric::read_system_spec(subject.system);
  const auto config = read_model(subject.model);
  study::Tried tried;
  tried.subject = subject;
  tried.system_name = system.name;
  tried.model_name = fs::path(subject.model).lexically_normal().filename().string();
  tried.chip = system.chip;
  tried.chips = system.chips;
  tried.config = config;
  tried.work = study::work_of(config);
  if (!subject.long_model.empty() &&
      !(study::work_of(read_model(subject.long_model)) == tried.work)) {
    throw isa::InputError(subject.long_model, 0, "is not of the shape of " + subject.model);
  }
  return tried;
}

std::vector<study::Tried> read(const std::vector<study::Subject>& subjects) {
  std::vector<study::Tried> all;
  all.reserve(subjects.size());
  for (const study::Subject& subject : subjects) {
    all.push_back(read(subject));
  }
  return all;
}

/// Tries one after the other, up to the first that runs; the others are forgotten.
void run(study::RunBook& book, const study::Evidence& e, std::vector<study::Tried>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    study::sweep(book, e.file, e.context, all[i]);
    if (all[i].token->ran()) {
      all.resize(i + 1);
    }
  }
}

/// Users of a machine that ran, by context.
void place_users(study::Tried& tried, const study::ClaimsFile& file) {
  const auto system = fabric::read_system_spec(tried.subject.system);
  const double bytes = static_cast<double>(tried.chip.mem_bytes() * tried.chips);
  std::set<std::int64_t> contexts(study::kUserContexts.begin(), study::kUserContexts.end());
  contexts.insert(file.contexts.begin(), file.contexts.end());
  contexts.insert(tried.token->context);
  contexts.erase(0);
  for (const std::int64_t context : contexts) {
    const auto most = study::users_that_fit(bytes, tried.work, 8, context);
    tried.placed[context] =
        users_placed(system, tried.config, matmul_of(file.matmul), context, most).users;
  }
}

std::string command_of(const StudyOptions& o) {
  const std::string subject =
      o.system.empty() ? "" : fmt::format(" --system {} --model {}", o.system, o.model);
  return fmt::format("lpu study claims --claims {} --context {}{}", o.claims, o.context, subject);
}

}  // namespace

study::Evidence claims_evidence(const StudyOptions& options, study::RunBook& book) {
  if (options.system.empty() != options.model.empty()) {
    throw fabric::UsageError("study claims: --system and --model belong together");
  }
  study::Evidence e;
  e.file = study::read_claims(options.claims);
  if (!options.system.empty()) {
    e.file.large = {{options.system, options.model, ""}};
  }
  e.context = options.context;
  e.command = command_of(options);
  e.economics = study::read_economics(e.file.economics);
  e.split = study::read_split(e.file.split);
  e.accelerators = read_accelerators(options);
  e.gpu = study::read_accelerator(
      (fs::path(options.accelerators) / (e.file.accelerator + ".toml")).string());
  e.large = read(e.file.large);
  e.small = read(e.file.small);
  e.measured = read_measured_of(options, e.large.front().model_name);
  for (const auto& subjects : e.file.groups) {
    e.groups.push_back(read(subjects));
  }
  run(book, e, e.large);
  run(book, e, e.small);
  for (study::Tried* tried : {&e.large.back(), &e.small.back()}) {
    if (tried->token->ran()) {
      place_users(*tried, e.file);
      study::run_together(book, e.file, *tried);
    }
  }
  for (auto& sizes : e.groups) {
    for (study::Tried& tried : sizes) {
      study::run_token(book, e.file, e.context, tried);
    }
  }
  return e;
}

}  // namespace lpu::cli
