// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "study/report/svg.h"

namespace lpu::study {

struct Axis {
  std::string title;  // with its unit
  bool logarithmic{false};
  std::vector<std::pair<double, std::string>> ticks{};  // chosen, if there are none
};

enum class Mark { kLine, kDashed, kPoints, kLineAndPoints };

struct Series {
  std::string name;
  std::string_view colour;
  Mark mark{Mark::kLineAndPoints};
  std::vector<Point> points;
  std::vector<std::string> labels{};  // of points, from the first on; drawn where there is room
};

/// Curves over two axes, with a legend above.
class Plot {
 public:
  Plot(Axis x, Axis y) : x_(std::move(x)), y_(std::move(y)) {}
  void add(Series series);
  /// Empty without a point.
  [[nodiscard]] std::string svg() const;

 private:
  Axis x_;
  Axis y_;
  std::vector<Series> series_;
};

}  // namespace lpu::study
