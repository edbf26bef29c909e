// SPDX-License-Identifier: Apache-2.0
#include "cli/groups_table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "study/groups/groups.h"

namespace lpu::cli {
namespace {

using nlohmann::ordered_json;

void print_sizes(const std::vector<study::Tried>& groups) {
  fmt::print("    {:<26}", "us of a layer");
  for (const study::Tried& tried : groups) {
    fmt::print("{:>9}", fmt::format("{} chip{}", tried.chips, tried.chips == 1 ? "" : "s"));
  }
  for (const study::OperatorKind kind : study::kOperatorKinds) {
    fmt::print("\n    {:<26}", study::text_of(kind));
    for (const study::Tried& tried : groups) {
      fmt::print("{:>9}", tried.token->ran() ? fmt::format("{:.2f}", layer_us(tried, kind)) : "-");
    }
    fmt::print("   {}", study::division_of(kind));
  }
  fmt::print("\n");
}

ordered_json json_of(const study::Tried& tried) {
  ordered_json size{
      {"system", tried.system_name}, {"chips", tried.chips}, {"command", tried.token->command}};
  if (!tried.token->ran()) {
    size["refusal"] = tried.token->refusal;
    return size;
  }
  for (const study::OperatorKind kind : study::kOperatorKinds) {
    size["layer_us"][std::string(study::text_of(kind))] = layer_us(tried, kind);
  }
  return size;
}

}  // namespace

void print_groups(const study::Evidence& evidence) {
  for (const auto& groups : evidence.groups) {
    fmt::print("\nDoubling the tensor parallel group: {}, {}, {} positions in the cache\n",
               groups.front().model_name, evidence.file.matmul, evidence.context);
    print_sizes(groups);
    for (const study::Tried& tried : groups) {
      if (!tried.token->ran()) {
        fmt::print("    {}: refused: {}\n", tried.system_name, tried.token->refusal);
      }
    }
    for (const study::Doubling& d : study::doublings_of(groups)) {
      fmt::print("    {}\n", study::words_of(d));
    }
    for (const study::Tried& tried : groups) {
      fmt::print("    {}\n", tried.token->command);
    }
  }
}

ordered_json groups_json(const study::Evidence& evidence) {
  ordered_json all = ordered_json::array();
  for (const auto& groups : evidence.groups) {
    ordered_json sizes = ordered_json::array();
    for (const study::Tried& tried : groups) {
      sizes.push_back(json_of(tried));
    }
    ordered_json doublings = ordered_json::array();
    for (const study::Doubling& d : study::doublings_of(groups)) {
      ordered_json ratios = ordered_json::object();
      for (const study::Change& c : d.changes) {
        ratios[std::string(study::text_of(c.kind))] = c.ratio();
      }
      doublings.push_back({{"from", d.from->chips},
                           {"to", d.to->chips},
                           {"ratios", std::move(ratios)},
                           {"words", study::words_of(d)}});
    }
    all.push_back({{"model", groups.front().model_name},
                   {"sizes", std::move(sizes)},
                   {"doublings", std::move(doublings)}});
  }
  return all;
}

}  // namespace lpu::cli
