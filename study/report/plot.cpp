// SPDX-License-Identifier: Apache-2.0
#include "study/report/plot.h"

#include <algorithm>
#include <cmath>

namespace lpu::study {
namespace {

constexpr double kWidth = 620;
constexpr double kHeight = 360;
constexpr double kLeft = 66;
constexpr double kRight = 18;
constexpr double kBottom = 46;
constexpr double kPointRadius = 3.6;

/// From the values of an axis to pixels.
class Scale {
 public:
  Scale(const Axis& axis, double least, double most, double first_pixel, double last_pixel)
      : axis_(axis), first_(first_pixel), last_(last_pixel) {
    if (axis.logarithmic) {
      low_ = std::log10(least * 0.8);
      high_ = std::log10(most * 1.25);
    } else {
      step_ = nice(most / 5.0);
      high_ = step_ * std::max(std::ceil(most / step_ - 1e-9), 1.0);
    }
  }

  [[nodiscard]] double at(double value) const {
    const double v = axis_.logarithmic ? std::log10(value) : value;
    return first_ + (v - low_) / (high_ - low_) * (last_ - first_);
  }
  [[nodiscard]] std::vector<std::pair<double, std::string>> ticks() const {
    if (!axis_.ticks.empty()) {
      return axis_.ticks;
    }
    return axis_.logarithmic ? decades() : steps();
  }

 private:
  /// 1, 2 or 5 times a power of ten, not below `value`.
  static double nice(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (digit * power >= value) {
        return digit * power;
      }
    }
    return 10.0 * power;
  }
  [[nodiscard]] std::vector<std::pair<double, std::string>> steps() const {
    std::vector<std::pair<double, std::string>> all;
    const int last = static_cast<int>(std::round(high_ / step_));
    for (int i = 0; i <= last; ++i) {
      all.emplace_back(step_ * i, short_number(step_ * i));
    }
    return all;
  }
  [[nodiscard]] std::vector<std::pair<double, std::string>> decades() const {
    std::vector<std::pair<double, std::string>> all;
    const bool narrow = high_ - low_ < 2.5;
    for (int power = static_cast<int>(std::floor(low_)); power <= static_cast<int>(high_);
         ++power) {
      for (const double digit : {1.0, 2.0, 5.0}) {
        const double value = digit * std::pow(10.0, power);
        const double place = std::log10(value);
        if ((digit == 1.0 || narrow) && place >= low_ && place <= high_) {
          all.emplace_back(value, short_number(value));
        }
      }
    }
    return all;
  }

  const Axis& axis_;
  double first_;
  double last_;
  double low_{0};
  double high_{1};
  double step_{1};
};

/// Writes a point's label where it touches no other one.
class Labels {
 public:
  void add(Svg& svg, Point at, const std::string& words, std::string_view fill) {
    const double wide = width_of(words);
    const double right = std::min(at.x + 6, kWidth - kRight - wide);
    for (const Point corner :
         {Point{right, at.y - 7}, Point{at.x - 6 - wide, at.y - 7}, Point{right, at.y + 15}}) {
      const bool free = std::none_of(taken_.begin(), taken_.end(), [&](const Taken& t) {
        return corner.x < t.at.x + t.wide && t.at.x < corner.x + wide &&
               std::abs(corner.y - t.at.y) < 12;
      });
      if (free) {
        svg.text(corner, words, Anchor::kStart, fill);
        taken_.push_back({corner, wide});
        return;
      }
    }
  }

 private:
  struct Taken {
    Point at;
    double wide;
  };
  std::vector<Taken> taken_;
};

}  // namespace

void Plot::add(Series series) {
  if (!series.points.empty()) {
    series_.push_back(std::move(series));
  }
}

std::string Plot::svg() const {
  if (series_.empty()) {
    return "";
  }
  Point least{series_[0].points[0]};
  Point most{least};
  std::vector<std::pair<std::string, std::string_view>> names;
  for (const Series& s : series_) {
    names.emplace_back(s.name, s.colour);
    for (const Point& p : s.points) {
      least = {std::min(least.x, p.x), std::min(least.y, p.y)};
      most = {std::max(most.x, p.x), std::max(most.y, p.y)};
    }
  }
  Svg svg(kWidth, kHeight);
  const double top = 8 + svg.legend({kLeft, 4}, kWidth - kLeft - kRight, names);
  const Scale x(x_, least.x, most.x, kLeft, kWidth - kRight);
  const Scale y(y_, least.y, most.y, kHeight - kBottom, top + 8);
  for (const auto& [value, name] : y.ticks()) {
    svg.line({kLeft, y.at(value)}, {kWidth - kRight, y.at(value)}, colour::kGrid);
    svg.text({kLeft - 7, y.at(value) + 4}, name, Anchor::kEnd);
  }
  for (const auto& [value, name] : x.ticks()) {
    svg.line({x.at(value), top + 8}, {x.at(value), kHeight - kBottom}, colour::kGrid);
    svg.text({x.at(value), kHeight - kBottom + 16}, name, Anchor::kMiddle);
  }
  svg.line({kLeft, kHeight - kBottom}, {kWidth - kRight, kHeight - kBottom}, colour::kGrey);
  svg.line({kLeft, top + 8}, {kLeft, kHeight - kBottom}, colour::kGrey);
  svg.text({(kLeft + kWidth - kRight) / 2, kHeight - 10}, x_.title, Anchor::kMiddle);
  svg.upward({16, (top + kHeight - kBottom) / 2}, y_.title);

  Labels labels;
  for (const Series& s : series_) {
    std::vector<Point> pixels;
    for (const Point& p : s.points) {
      pixels.push_back({x.at(p.x), y.at(p.y)});
    }
    if (s.mark != Mark::kPoints) {
      svg.polyline(pixels, s.colour, s.mark == Mark::kDashed);
    }
    const bool points = s.mark == Mark::kPoints || s.mark == Mark::kLineAndPoints;
    for (std::size_t i = 0; i < pixels.size() && points; ++i) {
      const std::string tip =
          s.name + ": " + short_number(s.points[i].x) + ", " + short_number(s.points[i].y);
      svg.circle(pixels[i], kPointRadius, s.colour, tip);
      if (i < s.labels.size()) {
        labels.add(svg, pixels[i], s.labels[i], s.colour);
      }
    }
  }
  return svg.finish();
}

}  // namespace lpu::study
