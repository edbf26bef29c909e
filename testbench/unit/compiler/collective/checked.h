// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "compiler/collective/collective.h"
#include "fabric/schedule/link_schedule.h"
#include "isa/check/check.h"
#include "isa/program/timeline.h"

namespace lpu::collective {

inline fabric::SystemSpec system_of(const std::string& name) {
  return fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/" + name + ".toml");
}

/// The end that follows from the programs; every violation is a failure.
inline isa::Cycle checked_end(const fabric::SystemSpec& spec, const fabric::ProgramSet& programs) {
  isa::Cycle end;
  std::vector<std::vector<isa::Issue>> issues;
  for (const auto& program : programs) {
    const isa::CheckResult result = isa::check(spec.chip, *program);
    for (const isa::Violation& v : result.violations) {
      ADD_FAILURE() << isa::text_of(v);
    }
    end = std::max(end, result.end);
    issues.push_back(isa::resolve(spec.chip, *program).issues);
  }
  const fabric::Topology topology(spec);
  for (const auto& v : fabric::check(spec, fabric::derive(spec.chip, topology, issues))) {
    ADD_FAILURE() << v.what;
  }
  return end;
}

inline std::int64_t cycles_of(const fabric::SystemSpec& spec, const Request& request) {
  const Collective c = compile(spec, request);
  EXPECT_EQ(checked_end(spec, c.programs), c.end);
  return c.end.value;
}

}  // namespace lpu::collective
