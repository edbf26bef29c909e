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
#include "testbench/support/systemc_main.h"
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
    const fabric::Topology topology(spec);
    const auto schedule = fabric::derive(spec.chip, topology, issues_of(spec, programs));
    std::vector<fabric::LinkRule> rules;
    for (const auto& violation : fabric::check(spec, schedule)) {
      rules.push_back(violation.rule);
    }
    return rules;
  }
  /// Runs programs that must stop with the error `id`, reported by the kernel.
  static void expect_error(const fabric::SystemSpec& spec, const fabric::ProgramSet& programs,
                           const std::string& id) {
    expect_report(id);
    try {
      (void)fabric::run(spec, programs);
      ADD_FAILURE() << "the run ended without " << id;
    } catch (const tlm::ScheduleError& e) {
      EXPECT_EQ(e.id(), id);
    }
  }
};

}  // namespace lpu::testbench
