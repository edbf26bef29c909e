// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "fabric/schedule/link_schedule.h"
#include "fabric/schedule/program_set.h"
#include "isa/check/check.h"
#include "isa/program/timeline.h"

namespace lpu {

/// What the checkers, which do not know the compiler, say of the programs of a system.
struct Judged {
  std::vector<std::string> violations;       // on a chip
  std::vector<std::string> link_violations;  // "<rule>: <what>"
  std::size_t transfers{0};
  isa::Cycle end;
};

inline Judged judge(const fabric::SystemSpec& spec, const fabric::ProgramSet& programs) {
  Judged judged;
  std::map<const isa::Program*, isa::Timeline> timelines;  // chips share programs
  std::vector<std::vector<isa::Issue>> issues;
  for (const auto& program : programs) {
    if (program == nullptr) {
      issues.emplace_back();
      continue;
    }
    if (!timelines.contains(program.get())) {
      const isa::CheckResult checked = isa::check(spec.chip, *program);
      for (const auto& violation : checked.violations) {
        judged.violations.push_back(isa::text_of(violation));
      }
      judged.end = std::max(judged.end, checked.end);
      timelines[program.get()] = isa::resolve(spec.chip, *program);
    }
    issues.push_back(timelines[program.get()].issues);
  }
  const fabric::Topology topology(spec);
  const fabric::LinkSchedule links = fabric::derive(spec.chip, topology, issues);
  judged.transfers = links.transfers.size();
  for (const auto& violation : fabric::check(spec, links)) {
    judged.link_violations.push_back(std::string(fabric::name_of(violation.rule)) + ": " +
                                     violation.what);
  }
  return judged;
}

}  // namespace lpu
