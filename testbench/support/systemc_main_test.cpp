// SPDX-License-Identifier: Apache-2.0
// The harness itself: what must fail, fails.
#include "testbench/support/systemc_main.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <systemc>

namespace lpu::testbench {
namespace {

TEST(SystemcMainTest, AnUnannouncedWarningFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(SC_REPORT_WARNING("lpu/testbench/planted", "planted"), "planted");
}

TEST(SystemcMainTest, AnAnnouncedErrorIsThrownAndDoesNotFail) {
  expect_report("lpu/testbench/planted");
  EXPECT_THROW(SC_REPORT_ERROR("lpu/testbench/planted", "planted"), sc_core::sc_report);
}

TEST(SystemcMainTest, TheKernelRunsUnderTheHarness) {
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
  EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(1, sc_core::SC_NS));
}

}  // namespace
}  // namespace lpu::testbench
