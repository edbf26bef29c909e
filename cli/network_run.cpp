// SPDX-License-Identifier: Apache-2.0
#include "cli/network_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <tuple>

#include "cli/machine.h"
#include "compiler/network/programs.h"
#include "fabric/schedule/link_schedule.h"
#include "fabric/schedule/network/network.h"
#include "fabric/schedule/network/network_check.h"
#include "fabric/system/system.h"
#include "isa/check/check.h"
#include "isa/error/input_error.h"

namespace lpu::cli {
namespace {

/// Chip, slice and row of a write.
using Written = std::tuple<int, int, int>;

class Writes : public traces::Sink {
 public:
  void record(const traces::Event& event) override {
    if (event.insn.op == isa::Op::kWrite) {
      at[{event.chip, event.queue, event.insn.addr}] = event.at;  // queues of MEM are its slices
    }
  }
  std::map<Written, isa::Cycle> at;
};

std::vector<std::string> violations_of(const fabric::SystemSpec& spec,
                                       const fabric::Topology& topology,
                                       const fabric::ProgramSet& programs) {
  std::vector<std::string> found;
  for (std::size_t chip = 0; chip < programs.size(); ++chip) {
    if (programs[chip] == nullptr) {
      continue;
    }
    for (const auto& violation : isa::check(spec.chip, *programs[chip]).violations) {
      found.push_back(fmt::format("chip{}: {}", chip, isa::text_of(violation)));
    }
  }
  const auto issues = fabric::issues_of(spec.chip, programs);
  for (const auto& violation : check(spec, fabric::derive(spec.chip, topology, issues))) {
    found.push_back(violation.what);
  }
  return found;
}

/// When the write of a way's last hop is dispatched, by the schedule.
isa::Cycle write_of(const isa::ChipSpec& chip, fabric::LinkEnd to, const fabric::Way& way) {
  const isa::Geometry geometry(chip);
  const int slices = static_cast<int>(chip.mem_slices);
  const auto side = [](bool east) {
    return east ? isa::Hemisphere::kEast : isa::Hemisphere::kWest;
  };
  const int slice = way.places.back().slice;
  const int hops = geometry.mem_x(side(slice >= slices), slice % slices) -
                   geometry.sxm_x(side(to.link >= chip.first_east_link()));
  return way.hops.back().receive + isa::Cycles{chip.c2c_receive_latency + std::abs(hops)};
}

/// Here the messages are no file but what the user typed.
fabric::NetworkSchedule schedule_of(const isa::ChipSpec& chip, const fabric::Topology& topology,
                                    const std::vector<fabric::Message>& messages) {
  try {
    return fabric::schedule(chip, topology, messages);
  } catch (const isa::InputError& e) {
    throw fabric::UsageError(e.reason());
  }
}

}  // namespace

fabric::Message parse_message(std::string_view text) {
  std::array<int, 4> numbers{0, 0, 0, 0};
  std::size_t count = 0;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  bool right = !text.empty();
  while (right && count < numbers.size()) {
    const auto [rest, error] = std::from_chars(at, end, numbers[count++]);
    right = error == std::errc() && (rest == end || *rest == ':');
    at = rest == end ? end : rest + 1;
    if (rest == end) {
      break;
    }
  }
  if (!right || at != end || count < 3 || text.back() == ':') {
    throw fabric::UsageError(
        fmt::format("'{}' is not a message: FROM:TO:VECTORS or FROM:TO:VECTORS:READY", text));
  }
  return {numbers[0], numbers[1], numbers[2], {numbers[3]}};
}

NetworkResult run_messages(const fabric::SystemSpec& spec,
                           const std::vector<fabric::Message>& messages) {
  constexpr int kFifoDepth = 1;  // what the scheduler promises to need
  fabric::System::Config config;
  config.spec = spec;
  config.values = tlm::Values::kNone;
  fabric::System& system = machine(config);
  const fabric::Topology& topology = system.topology();
  const auto schedule = schedule_of(spec.chip, topology, messages);
  const auto programs = compiler::network_programs(spec.chip, topology, schedule);
  NetworkResult result;
  result.violations = violations_of(spec, topology, programs);
  for (const auto& v : fabric::check(spec.chip, topology, messages, schedule, kFifoDepth)) {
    result.violations.push_back(v.what);
  }
  if (!result.violations.empty()) {
    return result;
  }
  Writes writes;
  system.set_sink(&writes);
  system.load(programs);
  system.run({0});
  system.set_sink(nullptr);
  for (const fabric::Message& message : messages) {
    result.messages.push_back({message, topology.chips(), 0, {0}});
  }
  result.as_scheduled = true;
  for (const fabric::Way& way : schedule.ways) {
    const fabric::LinkEnd to = *topology.peer(way.hops.back().from);
    const auto [slice, row] = way.places.back();
    const isa::Cycle written = writes.at.at({to.chip, slice, row});
    result.as_scheduled = result.as_scheduled && written == write_of(spec.chip, to, way);
    Delivered& d = result.messages[static_cast<std::size_t>(way.message)];
    const isa::Cycles took = written + isa::Cycles{spec.chip.mem_write_latency} - d.message.ready;
    d.cycles = std::max(d.cycles, took);
    d.fewest_hops = std::min(d.fewest_hops, static_cast<int>(way.hops.size()));
    d.most_hops = std::max(d.most_hops, static_cast<int>(way.hops.size()));
  }
  return result;
}

}  // namespace lpu::cli
