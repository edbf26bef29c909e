// SPDX-License-Identifier: Apache-2.0
#include "fabric/system/skew_check.h"

#include <fmt/format.h>

#include "fabric/schedule/skew.h"
#include "isa/spec/geometry.h"
#include "tlm/common/schedule_error.h"

namespace lpu::fabric {
namespace {

void refuse(const isa::ChipSpec& chip, const ProgramSet& programs, const Unquiet& unquiet) {
  const isa::Issue& issue = unquiet.issue;
  tlm::ScheduleError::Where where;
  where.chip = unquiet.chip;
  where.unit = isa::Geometry(chip).name(issue.queue);
  where.at = issue.at;
  where.index = issue.index;
  const auto& lines = programs[static_cast<std::size_t>(unquiet.chip)]->lines;
  const auto queue = static_cast<std::size_t>(issue.queue);
  if (queue < lines.size() && issue.index < lines[queue].size()) {
    where.line = lines[queue][issue.index];
  }
  throw tlm::ScheduleError("lpu/clock/not-quiet", where,
                           fmt::format("chips align in cycles {} to {} of the program: nothing is "
                                       "dispatched then, and nothing is on a stream",
                                       unquiet.stall_begins.value, unquiet.stall_ends.value - 1));
}

}  // namespace

std::optional<isa::Cycles> judge_skew(const SystemSpec& spec, const Topology& topology,
                                      const ProgramSet& programs) {
  const auto issues = issues_of(spec.chip, programs);
  const auto& deskew = spec.physical.clock->deskew;
  if (const auto unquiet = deskew ? first_unquiet(spec.chip, *deskew, issues) : std::nullopt) {
    refuse(spec.chip, programs, *unquiet);
  }
  return tolerated_skew(spec, derive(spec.chip, topology, issues));
}

}  // namespace lpu::fabric
