// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "cli/claims_evidence.h"
#include "cli/command.h"
#include "cli/groups_table.h"
#include "cli/launch.h"
#include "cli/study.h"
#include "fabric/system/unit_choice.h"
#include "study/claims/quantities.h"
#include "study/report/page.h"
#include "traces/file/whole_file.h"

namespace lpu::cli {
namespace {

using nlohmann::ordered_json;

std::string_view word_of(const study::JudgedPart& part) {
  return !part.holds ? "-" : *part.holds ? "yes" : "no";
}

/// Which systems were tried, and what is looked at.
void print_tried(const std::vector<study::Tried>& all) {
  for (const study::Tried& t : all) {
    const study::Run& run = *t.token;
    fmt::print("{} on {}, {} chips: {}\n", t.model_name, t.system_name, t.chips,
               run.ran() ? fmt::format("{:.1f} tokens/s with {} positions in the cache",
                                       run.tokens_per_second, run.context)
                         : fmt::format("refused: {}", run.refusal));
    for (const study::Run* other : t.sweep) {
      if (run.ran() && !other->ran()) {
        fmt::print("  {} positions: refused: {}\n", other->context, other->refusal);
      }
    }
  }
}

void print(const study::Judged& judged) {
  fmt::print("\n{:>2}  {:<74} {}\n", judged.claim->number, judged.claim->text,
             study::text_of(judged.verdict));
  for (const study::JudgedPart& part : judged.parts) {
    fmt::print("    {:<4}{}: {}\n", word_of(part), part.part->says,
               part.holds ? part.figure : part.how);
  }
  for (const auto& [name, quantity] : judged.beside) {
    fmt::print("        {} {}: {}\n", name, study::text_of(quantity), quantity.how);
  }
  for (const study::Published& published : judged.claim->published) {
    fmt::print("    published: {} ({})\n", published.figure, published.from);
  }
  for (const std::string& command : judged.commands) {
    fmt::print("    {}\n", command);
  }
}

ordered_json json_of(const study::Judged& judged) {
  ordered_json parts = ordered_json::array();
  for (const study::JudgedPart& part : judged.parts) {
    parts.push_back({{"says", part.part->says},
                     {"holds", part.holds ? ordered_json(*part.holds) : ordered_json()},
                     {"figure", part.figure},
                     {"how", part.how}});
  }
  ordered_json published = ordered_json::array();
  for (const study::Published& p : judged.claim->published) {
    published.push_back({{"figure", p.figure}, {"from", p.from}});
  }
  return {{"number", judged.claim->number},
          {"claim", judged.claim->text},
          {"verdict", study::text_of(judged.verdict)},
          {"parts", std::move(parts)},
          {"published", std::move(published)},
          {"commands", judged.commands}};
}

ordered_json json_of(const study::Run& run) {
  if (!run.ran()) {
    return {{"command", run.command}, {"status", run.status}, {"refusal", run.refusal}};
  }
  return {{"command", run.command},
          {"status", run.status},
          {"context", run.context},
          {"simulated_cycles", run.cycles},
          {"predicted_cycles", run.predicted_cycles},
          {"tokens_per_second", run.tokens_per_second},
          {"wall_seconds", run.wall_seconds},
          {"peak_rss_bytes", run.peak_rss_bytes}};
}

ordered_json json_of(const study::Quantities& quantities) {
  ordered_json all = ordered_json::object();
  for (const auto& [name, q] : quantities) {
    all[name] = {{"value", q.value ? ordered_json(*q.value) : ordered_json()},
                 {"unit", q.unit},
                 {"how", q.how},
                 {"command", q.command}};
  }
  return all;
}

/// Faults of files and names of quantities, before an hour of runs: as if every run were refused.
void check_before_running(const StudyOptions& options) {
  study::RunBook book([](const std::vector<std::string>&) {
    return study::Launched{kBadInput, "", "not run"};
  });
  const study::Evidence evidence = claims_evidence(options, book);
  study::check_names(evidence.file, study::quantities_of(evidence));
}

/// So that a name that cannot be written is found at once.
std::optional<traces::WholeFile> opened(const std::string& path) {
  return path.empty() ? std::nullopt : std::optional<traces::WholeFile>(std::in_place, path);
}

}  // namespace

int study_claims(const StudyOptions& options) {
  if (ranks().size() > 1) {
    throw fabric::UsageError("study claims starts its runs itself: not under mpirun");
  }
  check_before_running(options);
  std::optional<traces::WholeFile> json_file = opened(options.json);
  std::optional<traces::WholeFile> report = opened(options.report);
  Launcher launcher;
  study::RunBook book([&](const std::vector<std::string>& words) { return launcher(words); });
  const study::Evidence evidence = claims_evidence(options, book);
  const study::Quantities quantities = study::quantities_of(evidence);
  ordered_json json{{"command", evidence.command}, {"claims", ordered_json::array()}};
  print_tried(evidence.large);
  print_tried(evidence.small);
  std::vector<study::Judged> claims;
  for (const study::Claim& claim : evidence.file.claims) {
    claims.push_back(study::judge(claim, quantities));
    print(claims.back());
    json["claims"].push_back(json_of(claims.back()));
  }
  print_groups(evidence);
  json["groups"] = groups_json(evidence);
  json["quantities"] = json_of(quantities);
  for (const auto& [command, run] : book.runs()) {
    json["runs"].push_back(json_of(run));
  }
  if (json_file) {
    json_file->write(json.dump(2) + '\n');
    json_file->commit();
  }
  if (report) {
    report->write(study::page_of(evidence, quantities, claims, book));
    report->commit();
  }
  for (const std::string& command : book.failed()) {
    fmt::print(stderr, "lpu: {} ended with status {}\n", command, book.runs().at(command).status);
  }
  return book.failed().empty() ? kDone : kCheckFailed;
}

}  // namespace lpu::cli
