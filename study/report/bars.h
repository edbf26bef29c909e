// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "study/report/svg.h"

namespace lpu::study {

struct Segment {
  std::string name;
  std::string_view colour;
  double size{0};
  double offset{0};  // of the first one, from the axis
};

/// A row of segments, one after the other.
struct Bar {
  std::string name;
  std::vector<Segment> segments;
  std::string value;  // behind the bar
};

/// Horizontal bars over one axis from 0 on. The legend has every name of a segment once.
struct BarChart {
  std::string axis;  // with its unit
  std::vector<Bar> bars;
  bool legend{true};
};
[[nodiscard]] std::string svg_of(const BarChart& chart);

/// Upright bars side by side, too many for names of their own: every tenth has its number.
struct ColumnChart {
  std::string x_axis;
  std::string y_axis;
  double most{1};  // of the y axis
  std::vector<Bar> bars;
};
[[nodiscard]] std::string svg_of(const ColumnChart& chart);

}  // namespace lpu::study
