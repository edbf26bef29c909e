// SPDX-License-Identifier: Apache-2.0
#include "study/report/bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace lpu::study {
namespace {

constexpr double kWidth = 620;
constexpr double kRow = 24;
constexpr double kThick = 16;

using Names = std::vector<std::pair<std::string, std::string_view>>;

Names names_of(const std::vector<Bar>& bars) {
  Names names;
  for (const Bar& bar : bars) {
    for (const Segment& s : bar.segments) {
      if (std::none_of(names.begin(), names.end(),
                       [&](const auto& known) { return known.first == s.name; })) {
        names.emplace_back(s.name, s.colour);
      }
    }
  }
  return names;
}

double end_of(const Bar& bar) {
  double end = 0.0;
  for (const Segment& s : bar.segments) {
    end += s.offset + s.size;
  }
  return end;
}

/// 1, 2 or 5 times a power of ten, so that about five of them are `most`.
double step_of(double most) {
  const double power = std::pow(10.0, std::floor(std::log10(most / 5.0)));
  const double digit = most / 5.0 / power;
  return power * (digit <= 1.0 ? 1.0 : digit <= 2.0 ? 2.0 : digit <= 5.0 ? 5.0 : 10.0);
}

/// Values of an axis from 0 to `most`.
std::vector<double> ticks_to(double most) {
  const double step = step_of(most);
  const int steps = static_cast<int>(most / step + 1e-9);
  std::vector<double> ticks;
  ticks.reserve(static_cast<std::size_t>(steps) + 1);
  for (int i = 0; i <= steps; ++i) {
    ticks.push_back(step * i);
  }
  return ticks;
}

}  // namespace

std::string svg_of(const BarChart& chart) {
  double most = 0.0;
  double left = 0.0;
  double right = 0.0;
  for (const Bar& bar : chart.bars) {
    most = std::max(most, end_of(bar));
    left = std::max(left, width_of(bar.name) + 14);
    right = std::max(right, width_of(bar.value) + 12);
  }
  if (most <= 0.0) {
    return "";
  }
  const Names names = chart.legend ? names_of(chart.bars) : Names{};
  // The legend's height is known when it is drawn: once for nothing.
  const double top = names.empty() ? 8 : 12 + Svg(0, 0).legend({left, 4}, kWidth - left, names);
  const double bottom = top + kRow * static_cast<double>(chart.bars.size());
  Svg svg(kWidth, bottom + 40);
  if (!names.empty()) {
    svg.legend({left, 4}, kWidth - left, names);
  }
  const double scale = (kWidth - left - right) / most;
  for (const double v : ticks_to(most)) {
    svg.line({left + v * scale, top}, {left + v * scale, bottom}, colour::kGrid);
    svg.text({left + v * scale, bottom + 15}, short_number(v), Anchor::kMiddle);
  }
  svg.text({(left + kWidth - right) / 2, bottom + 33}, chart.axis, Anchor::kMiddle);
  double y = top;
  for (const Bar& bar : chart.bars) {
    svg.text({left - 8, y + 15}, bar.name, Anchor::kEnd);
    double at = 0.0;
    for (const Segment& s : bar.segments) {
      at += s.offset;
      if (s.size <= 0.0) {
        continue;
      }
      svg.rect({left + at * scale, y + 3}, std::max(s.size * scale, 0.5), kThick, s.colour,
               fmt::format("{}: {}", s.name, short_number(s.size)));
      at += s.size;
    }
    svg.text({left + at * scale + 6, y + 15}, bar.value, Anchor::kStart, colour::kInk);
    y += kRow;
  }
  svg.line({left, top}, {left, bottom}, colour::kGrey);
  return svg.finish();
}

std::string svg_of(const ColumnChart& chart) {
  constexpr double kHeight = 300;
  constexpr double kLeft = 60;
  constexpr double kBottom = 44;
  if (chart.bars.empty()) {
    return "";
  }
  constexpr double kWide = 2 * kWidth;
  Svg svg(kWide, kHeight);
  const double top = 10 + svg.legend({kLeft, 4}, kWide - kLeft, names_of(chart.bars));
  const double scale = (kHeight - kBottom - top) / chart.most;
  const double base = kHeight - kBottom;
  for (const double v : ticks_to(chart.most)) {
    svg.line({kLeft, base - v * scale}, {kWide - 10, base - v * scale}, colour::kGrid);
    svg.text({kLeft - 7, base - v * scale + 4}, short_number(v), Anchor::kEnd);
  }
  const double step = (kWide - 10 - kLeft) / static_cast<double>(chart.bars.size());
  for (std::size_t i = 0; i < chart.bars.size(); ++i) {
    const double x = kLeft + step * static_cast<double>(i);
    double y = base;
    for (const Segment& s : chart.bars[i].segments) {
      y -= s.size * scale;
      svg.rect({x + 0.1 * step, y}, 0.8 * step, s.size * scale, s.colour,
               fmt::format("{}, {}: {}", chart.bars[i].name, s.name, short_number(s.size)));
    }
    if (i % 10 == 0 || chart.bars.size() <= 20) {
      svg.text({x + step / 2, base + 15}, std::to_string(i), Anchor::kMiddle);
    }
  }
  svg.line({kLeft, base}, {kWide - 10, base}, colour::kGrey);
  svg.text({(kLeft + kWide) / 2, kHeight - 8}, chart.x_axis, Anchor::kMiddle);
  svg.upward({16, (top + base) / 2}, chart.y_axis);
  return svg.finish();
}

}  // namespace lpu::study
