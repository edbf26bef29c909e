// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/systemc_main.h"

#include <gtest/gtest.h>

#include <map>
#include <systemc>

namespace lpu::testbench {
namespace {

/// Announced report ids and how often each came.
std::map<std::string, int>& announced() {
  static std::map<std::string, int> reports;
  return reports;
}

void report_to_gtest(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
  const auto it = announced().find(report.get_msg_type());
  if (it != announced().end()) {
    ++it->second;
  } else if (report.get_severity() != sc_core::SC_INFO && actions != sc_core::SC_DO_NOTHING) {
    ADD_FAILURE() << sc_core::sc_report_compose_message(report);
  }
  sc_core::sc_report_handler::default_handler(report, actions);
}

class OneKernelATest : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& /*test*/) override {
    announced().clear();
    constexpr int kStarted = sc_core::SC_START_OF_SIMULATION | sc_core::SC_RUNNING |
                             sc_core::SC_PAUSED | sc_core::SC_STOPPED |
                             sc_core::SC_END_OF_SIMULATION;
    if ((sc_core::sc_get_status() & kStarted) != 0) {
      ADD_FAILURE() << "the SystemC kernel of this process was used by an earlier test; "
                       "run one test a process: ctest, or --gtest_filter";
    }
  }

  void OnTestEnd(const testing::TestInfo& /*test*/) override {
    for (const auto& [id, count] : announced()) {
      if (count == 0) {
        ADD_FAILURE() << "no report " << id << ", though the test announced it";
      }
    }
  }
};

}  // namespace

void expect_report(const std::string& id) { announced()[id] = 0; }

}  // namespace lpu::testbench

int sc_main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  sc_core::sc_report_handler::set_handler(lpu::testbench::report_to_gtest);
  testing::UnitTest::GetInstance()->listeners().Append(new lpu::testbench::OneKernelATest);
  return RUN_ALL_TESTS();
}
