// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "isa/insn/insn.h"
#include "traces/report/report_data.h"

namespace lpu::traces {
namespace {

using Json = nlohmann::ordered_json;

/// The busiest ones; a page with a hundred thousand links helps nobody.
constexpr std::size_t kMaxLinks = 2000;

/// "mem_e" of "mem_e.slice3".
std::string group_of(const std::string& queue) { return queue.substr(0, queue.find('.')); }

/// Where a group stands on the floor plan, from west to east.
int place_of(const std::string& group) {
  static const std::map<std::string, int> kPlaces{{"mxm_w", 0}, {"c2c_w", 1}, {"sxm_w", 2},
                                                  {"mem_w", 3}, {"vxm", 4},   {"mem_e", 5},
                                                  {"sxm_e", 6}, {"c2c_e", 7}, {"mxm_e", 8}};
  const auto found = kPlaces.find(group);
  return found != kPlaces.end() ? found->second : -1;
}

/// Queue by queue: name, group, place on the floor plan, dispatches on each chip shown.
Json queues_json(const ReportSink& events) {
  Json list = Json::array();
  const isa::Geometry& geometry = events.geometry();
  for (int q = 0; q < geometry.queues(); ++q) {
    const std::string name = geometry.name(q);
    Json dispatches = Json::array();
    for (int c = 0; c < events.chips_shown(); ++c) dispatches.push_back(events.dispatches(c, q));
    list.push_back({{"name", name},
                    {"group", group_of(name)},
                    {"place", place_of(group_of(name))},
                    {"dispatches", std::move(dispatches)}});
  }
  return list;
}

/// Over all chips, by kind of unit: queues and dispatches.
Json totals_json(const ReportSink& events) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> totals;
  const isa::Geometry& geometry = events.geometry();
  for (int q = 0; q < geometry.queues(); ++q) {
    const std::string group = group_of(geometry.name(q));
    auto& [queues, dispatches] = totals[group.substr(0, group.find('_'))];
    queues += events.chips();
    for (int c = 0; c < events.chips(); ++c) dispatches += events.dispatches(c, q);
  }
  Json list = Json::array();
  for (const char* kind : {"mem", "vxm", "mxm", "sxm", "c2c"}) {
    const auto& [queues, dispatches] = totals[kind];
    list.push_back({{"kind", kind}, {"queues", queues}, {"dispatches", dispatches}});
  }
  return list;
}

/// Runs as flat numbers, six each: chip, queue, operation, begin less the run before, count, step.
Json runs_json(const ReportSink& events, Json& ops) {
  std::map<isa::Op, std::size_t> numbers;
  Json flat = Json::array();
  std::int64_t before = 0;
  for (const ReportSink::Run& run : events.runs()) {
    const auto [entry, is_new] = numbers.try_emplace(run.op, numbers.size());
    if (is_new) {
      const isa::OpInfo* info = isa::find_op(run.op);
      ops.push_back(info != nullptr ? info->mnemonic : "unknown");
    }
    for (const std::int64_t number :
         {std::int64_t{run.chip}, std::int64_t{run.queue}, static_cast<std::int64_t>(entry->second),
          run.begin.value - before, std::int64_t{run.count}, std::int64_t{run.step}}) {
      flat.push_back(number);
    }
    before = run.begin.value;
  }
  return flat;
}

Json links_json(const ReportData& data) {
  std::vector<LinkUse> links = data.links;
  std::ranges::stable_sort(links, std::ranges::greater{}, &LinkUse::vectors);
  links.resize(std::min(links.size(), kMaxLinks));
  Json list = Json::array();
  for (const LinkUse& link : links) list.push_back({link.name, link.vectors, link.busy});
  return list;
}

}  // namespace

std::string report_json(const ReportData& data, const ReportSink& events) {
  Json phases = Json::array();
  for (const Phase& p : data.phases) phases.push_back({p.name, p.begin.value, p.end.value});
  Json tokens = Json::array();
  for (const isa::Cycles c : data.cycles_per_token) tokens.push_back(c.value);
  Json ops = Json::array();
  Json runs = runs_json(events, ops);
  const Json json{{"title", data.title},
                  {"facts", data.facts},
                  {"cycles", data.cycles.value},
                  {"clock_mhz", data.clock_mhz},
                  {"chips", events.chips()},
                  {"chips_shown", events.chips_shown()},
                  {"complete_until", events.complete_until().value},
                  {"phases", std::move(phases)},
                  {"tokens", std::move(tokens)},
                  {"link_count", data.links.size()},
                  {"links", links_json(data)},
                  {"queues", queues_json(events)},
                  {"totals", totals_json(events)},
                  {"ops", std::move(ops)},
                  {"runs", std::move(runs)}};
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  // Inside <script> only "</" and "<!--" would end or change the element.
  std::string safe;
  for (const char c : text) c == '<' ? safe += "\\u003c" : safe += c;
  return safe;
}

}  // namespace lpu::traces
