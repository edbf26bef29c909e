// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace lpu::testbench {

/// Functional points: every combination of one value of each axis. With LPU_COVERAGE they are in
/// Verilator's database, next to lines and toggles, hit or not; otherwise hit() only counts. Make
/// them static: they are counted for the whole process.
class CoverPoints {
 public:
  using Axis = std::vector<std::string>;

  /// `block` is a module without lpu_; a point is "<what>: <value>, <value> ...".
  CoverPoints(const std::string& block, const std::string& what, const std::vector<Axis>& axes);

  /// An index into each axis.
  void hit(std::initializer_list<std::size_t> at);

 private:
  std::vector<std::size_t> sizes_;
  /// Read when the process ends, after every static object is gone.
  std::vector<std::uint32_t>& counts_;
};

}  // namespace lpu::testbench
