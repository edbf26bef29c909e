// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lpu::testbench {

/// What the main of a SystemC test promises:
///   - a SystemC warning, error or fatal report that the test did not announce fails the test;
///   - an announced report that never comes fails it too;
///   - a second test in a process whose kernel already ran fails at once, because SystemC
///     cannot be elaborated twice (ctest starts one process a test).

/// Announces one report id of severity warning or worse. It keeps its usual action: an error
/// is still thrown as sc_core::sc_report.
void expect_report(const std::string& id);

}  // namespace lpu::testbench
