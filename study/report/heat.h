// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "study/report/svg.h"

namespace lpu::study {

/// Colours for parts from 0 to `most`, by their square root: what is little used is seen, too.
class Heat {
 public:
  explicit Heat(double most) : most_(most) {}

  [[nodiscard]] std::string colour(double part) const;
  /// What is written on that colour must be light.
  [[nodiscard]] bool dark(double part) const { return part > 0.4 * most_; }
  /// The scale, with its numbers in percent, and what they are percent of.
  void draw_scale(Svg& svg, Point corner, const std::string& of) const;

 private:
  double most_;
};

/// "12.3 %", "0.012 %".
[[nodiscard]] std::string percent(double part);

}  // namespace lpu::study
