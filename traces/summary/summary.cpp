// SPDX-License-Identifier: Apache-2.0
#include "traces/summary/summary.h"

#include <nlohmann/json.hpp>

#include "traces/file/whole_file.h"

namespace lpu::traces {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::vector<OperatorSummary>& operators) {
  Json list = Json::array();
  for (const OperatorSummary& o : operators) {
    list.push_back({{"name", o.name},
                    {"times", o.times},
                    {"cycles", o.cycles.value},
                    {"bound", o.bound.value},
                    {"limit", o.limit}});
  }
  return list;
}

/// Sender's chip and link, receiver's, and vectors.
Json json_of(const std::vector<LinkTraffic>& traffic) {
  Json list = Json::array();
  for (const LinkTraffic& t : traffic) {
    list.push_back({t.from_chip, t.from_link, t.to_chip, t.to_link, t.vectors});
  }
  return list;
}

Json json_of(const std::vector<StageSummary>& stages) {
  Json list = Json::array();
  for (const StageSummary& s : stages) {
    list.push_back({{"part", s.part},
                    {"first_chip", s.first_chip},
                    {"chips", s.chips},
                    {"begin", s.begin.value},
                    {"end", s.end.value},
                    {"rows", s.rows}});
  }
  return list;
}

}  // namespace

std::string to_json(const RunSummary& summary) {
  Json cycles = Json::array();
  for (const isa::Cycles c : summary.cycles_per_token) cycles.push_back(c.value);
  Json units = Json::object();
  for (const auto& [unit, busy] : summary.units) units[unit]["busy"] = busy;
  Json queues = Json::object();
  for (const auto& [queue, busy] : summary.queues) queues[queue]["busy"] = busy;
  Json links{{"busy", summary.links_busy}, {"traffic", json_of(summary.traffic)}};
  if (const auto& met = summary.links) {
    if (met->tolerated_skew) {
      links["tolerated_skew"] = met->tolerated_skew->value;
    }
    links["least_skew"] = met->least_skew;
    links["most_skew"] = met->most_skew;
    links["corrected_vectors"] = met->corrected_vectors;
    links["undetected_vectors"] = met->undetected_vectors;
  }
  const Json json{
      {"system", summary.system},
      {"model", summary.model},
      {"chips", summary.chips},
      {"matmul", summary.matmul},
      {"values", summary.values},
      {"text", summary.text},
      {"tokens", summary.tokens},
      {"logits_sha256", summary.logits_sha256},
      {"users", summary.users},
      {"draft", {{"tokens", summary.draft}, {"accepted", summary.accepted}}},
      {"prompt_cycles", summary.prompt_cycles.value},
      {"cycles_per_token", std::move(cycles)},
      {"simulated_tokens_per_second", summary.simulated_tokens_per_second},
      {"predicted_cycles", summary.predicted_cycles.value},
      {"simulated_cycles", summary.simulated_cycles.value},
      {"vector_ops", summary.vector_ops},
      {"wall_seconds", summary.wall_seconds},
      {"peak_rss_bytes", summary.peak_rss_bytes},
      {"units", std::move(units)},
      {"queues", std::move(queues)},
      {"links", std::move(links)},
      {"operators", json_of(summary.operators)},
      {"stages", json_of(summary.stages)},
      {"cosim",
       {{"compared_outputs", summary.cosim.compared_outputs},
        {"differences", summary.cosim.differences}}},
  };
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_summary(const std::string& path, const RunSummary& summary) {
  WholeFile file(path);
  file.write(to_json(summary));
  file.commit();
}

}  // namespace lpu::traces
