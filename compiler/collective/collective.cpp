// SPDX-License-Identifier: Apache-2.0
#include "compiler/collective/collective.h"

#include <fmt/format.h>

#include <optional>

#include "compiler/collective/node.h"
#include "compiler/collective/nodes.h"
#include "compiler/collective/programs.h"
#include "compiler/collective/timetable.h"
#include "isa/error/input_error.h"

namespace lpu::collective {
namespace {

struct Choice {
  Plan plan;
  Timetable table;
};

/// Steps of 1, 2 or 4 vectors: long ones need fewer instructions, short ones less padding.
std::vector<int> widths_of(isa::Type type) {
  std::vector<int> widths;
  for (int width = isa::bytes_of(type); width <= Layout::kGroupSlices; width *= 2) {
    widths.push_back(width);
  }
  return widths;
}

std::vector<Plan> plans_of(const fabric::SystemSpec& spec, const fabric::Topology& topology,
                           const Request& request, int width) {
  const std::int64_t unit = spec.chip.lanes() * isa::bytes_of(request.type);
  const Message message{request.kind, request.type, width, (request.bytes + unit - 1) / unit};
  return spec.chips <= fabric::kNodeChips ? node_plans(spec.chip, topology, message)
                                          : nodes_plans(spec.chip, topology, message);
}

std::optional<Choice> fastest(const fabric::SystemSpec& spec, const fabric::Topology& topology,
                              const Request& request) {
  std::optional<Choice> best;
  for (const int width : widths_of(request.type)) {
    for (Plan& plan : plans_of(spec, topology, request, width)) {
      std::optional<Timetable> table = timetable(spec, topology, plan);
      // Of equals the wider step, which comes later, has the shorter text.
      if (table && (!best || table->end <= best->table.end)) {
        best = Choice{std::move(plan), std::move(*table)};
      }
    }
  }
  return best;
}

}  // namespace

Collective compile(const fabric::SystemSpec& spec, const Request& request) {
  if (spec.chips < 2) {
    throw isa::InputError(spec.name, 0, "a collective operation needs at least 2 chips");
  }
  const fabric::Topology topology(spec);
  const std::optional<Choice> choice = fastest(spec, topology, request);
  if (!choice) {
    throw isa::InputError(spec.name, 0,
                          fmt::format("no plan: MEM does not hold a message of {} bytes, or the "
                                      "chips are not wired for this operation",
                                      request.bytes));
  }
  Collective result{choice->plan, {}, choice->table.end};
  for (const std::vector<Train>& trains : choice->table.chips) {
    result.programs.push_back(std::make_shared<const isa::Program>(program(spec.chip, trains)));
  }
  return result;
}

}  // namespace lpu::collective
