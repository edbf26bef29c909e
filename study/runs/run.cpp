// SPDX-License-Identifier: Apache-2.0
#include "study/runs/run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lpu::study {

std::vector<std::string> RunRequest::arguments() const {
  std::vector<std::string> words{"run",      "--system",  system,
                                 "--model",  model,       "--matmul",
                                 matmul,     "--context", std::to_string(context),
                                 "--tokens", "1",         "--values",
                                 "none"};
  if (draft > 0) {  // any tokens: cycles are the same
    const std::vector<int> ids(static_cast<std::size_t>(draft) + 1);
    words.insert(words.end(), {"--prompt-ids", fmt::format("{}", fmt::join(ids, ",")), "--draft",
                               std::to_string(draft)});
  }
  if (users > 1) {
    words.insert(words.end(), {"--users", std::to_string(users)});
  }
  if (positions > 1) {
    const std::vector<int> ids(static_cast<std::size_t>(positions));
    words.insert(words.end(), {"--prompt-ids", fmt::format("{}", fmt::join(ids, ",")), "--prefill",
                               std::to_string(positions)});
  }
  return words;
}

std::string RunRequest::command() const {
  return fmt::format("lpu {}", fmt::join(arguments(), " "));
}

Run run_of(const std::string& text) {
  Run run;
  try {
    const auto json = nlohmann::json::parse(text);
    json.at("chips").get_to(run.chips);
    json.at("simulated_cycles").get_to(run.cycles);
    json.at("predicted_cycles").get_to(run.predicted_cycles);
    json.at("simulated_tokens_per_second").get_to(run.tokens_per_second);
    json.at("wall_seconds").get_to(run.wall_seconds);
    json.at("peak_rss_bytes").get_to(run.peak_rss_bytes);
    for (const auto& [unit, value] : json.at("units").items()) {
      run.busy[unit] = value.at("busy").get<double>();
    }
    for (const auto& o : json.at("operators")) {
      run.operators.push_back(
          {o.at("name"), o.at("times"), o.at("cycles"), o.at("bound"), o.at("limit")});
    }
    for (const auto& [queue, value] : json.at("queues").items()) {
      run.queues[queue] = value.at("busy").get<double>();
    }
    for (const auto& l : json.at("links").at("traffic")) {
      run.links.push_back({l.at(0), l.at(1), l.at(2), l.at(3), l.at(4)});
    }
    for (const auto& s : json.at("stages")) {
      run.stages.push_back({s.at("part"), s.at("first_chip"), s.at("chips"), s.at("begin"),
                            s.at("end"), s.at("rows").get<std::map<std::string, std::int64_t>>()});
    }
  } catch (const nlohmann::json::exception& e) {
    throw std::runtime_error(fmt::format("the summary of a run cannot be read: {}", e.what()));
  }
  return run;
}

}  // namespace lpu::study
