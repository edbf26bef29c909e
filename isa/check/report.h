// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "isa/check/check.h"

namespace lpu::isa {

/// Collects violations and puts them into words.
class Report {
 public:
  Report(const Geometry& geometry, const Program& program)
      : geometry_(geometry), program_(program) {}

  [[nodiscard]] const Geometry& geometry() const { return geometry_; }

  /// A rule that one instruction breaks; `expected` ends the sentence.
  void add(Rule rule, Cycle at, int queue, std::uint32_t index, const std::string& expected);
  void add(Rule rule, const Issue& issue, const std::string& expected) {
    add(rule, issue.at, issue.queue, issue.index, expected);
  }
  /// A rule of the program as a whole.
  void add(Rule rule, const std::string& what) { violations_.push_back({rule, {}, 0, 0, 0, what}); }

  [[nodiscard]] std::vector<Violation> take();

 private:
  const Geometry& geometry_;
  const Program& program_;
  std::vector<Violation> violations_;
};

}  // namespace lpu::isa
