// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fabric/schedule/link_schedule.h"
#include "fabric/system/run.h"
#include "isa/asm/assembler.h"
#include "isa/program/timeline.h"
#include "testbench/system/exchange_program.h"

namespace lpu::testbench {

class SystemTest : public testing::Test {
 protected:
  static fabric::SystemSpec read_spec(const std::string& name) {
    return fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/" + name + ".toml");
  }
  /// The same program on every chip.
  static fabric::ProgramSet programs(const fabric::SystemSpec& spec, const std::string& text) {
    return fabric::same_program(isa::assemble(spec.chip, "test.lpuasm", text), spec.chips);
  }
  static std::vector<std::vector<isa::Issue>> issues_of(const fabric::SystemSpec& spec,
                                                        const fabric::ProgramSet& programs) {
    std::vector<std::vector<isa::Issue>> issues;
    for (const auto& program : programs) {
      issues.push_back(isa::resolve(spec.chip, *program).issues);
    }
    return issues;
  }
  /// Rules of the links that the programs break, as the checker sees it without running them.
  static std::vector<fabric::LinkRule> broken(const fabric::SystemSpec& spec,
                                              const fabric::ProgramSet& programs) {
    const fabric::Topology topology(spec.topology, spec.chips);
    const auto schedule = fabric::derive(spec.chip, topology, issues_of(spec, programs));
    std::vector<fabric::LinkRule> rules;
    for (const auto& violation : fabric::check(spec, schedule)) {
      rules.push_back(violation.rule);
    }
    return rules;
  }
  /// The id of the error that ends a run; empty if none does.
  static std::string error_of(const fabric::SystemSpec& spec, const fabric::ProgramSet& programs) {
    try {
      (void)fabric::run(spec, programs);
    } catch (const tlm::ScheduleError& e) {
      return e.id();
    }
    return {};
  }
};

}  // namespace lpu::testbench
