// SPDX-License-Identifier: Apache-2.0
#include "study/report/svg.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "traces/report/html.h"

namespace lpu::study {
namespace {

using traces::escaped;

constexpr double kLetter = 6.1;  // pixels, on average, at 11 px
constexpr double kRow = 18;
constexpr double kSquare = 10;

std::string tip_of(const std::string& tip) {
  return tip.empty() ? "" : fmt::format("<title>{}</title>", escaped(tip));
}

}  // namespace

double width_of(const std::string& words) { return kLetter * static_cast<double>(words.size()); }

std::string short_number(double value) {
  constexpr std::array<std::pair<double, const char*>, 3> kUnits{
      {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
  for (const auto& [size, letter] : kUnits) {
    if (std::abs(value) >= size) {
      return fmt::format("{:.4g}{}", value / size, letter);
    }
  }
  return fmt::format("{:.3g}", value);
}

std::string context_name(std::int64_t positions) {
  constexpr std::int64_t kThousand = 1024;
  for (const std::int64_t all : {positions, positions + 1}) {
    if (all > 1 && all % kThousand == 0) {
      return fmt::format("{}k", all / kThousand);
    }
  }
  return std::to_string(positions);
}

Svg::Svg(double width, double height)
    : text_(
          fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\">\n",
                      width, height)) {}

void Svg::rect(Point corner, double width, double height, std::string_view fill,
               const std::string& tip) {
  text_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\">{}</rect>\n",
      corner.x, corner.y, width, height, fill, tip_of(tip));
}

void Svg::line(Point from, Point to, std::string_view stroke, double width) {
  text_ += fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
      "stroke-width=\"{}\"/>\n",
      from.x, from.y, to.x, to.y, stroke, width);
}

void Svg::polyline(const std::vector<Point>& points, std::string_view stroke, bool dashed) {
  text_ += "<polyline points=\"";
  for (const Point& p : points) {
    text_ += fmt::format("{:.1f},{:.1f} ", p.x, p.y);
  }
  text_ += fmt::format("\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{}/>\n", stroke,
                       dashed ? " stroke-dasharray=\"6 4\"" : "");
}

void Svg::circle(Point centre, double radius, std::string_view fill, const std::string& tip) {
  text_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\">{}</circle>\n",
                       centre.x, centre.y, radius, fill, tip_of(tip));
}

void Svg::text(Point at, const std::string& words, Anchor anchor, std::string_view fill) {
  const char* where = anchor == Anchor::kStart    ? "start"
                      : anchor == Anchor::kMiddle ? "middle"
                                                  : "end";
  text_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", at.x,
                       at.y, where, fill.empty() ? "" : fmt::format(" style=\"fill:{}\"", fill),
                       escaped(words));
}

void Svg::upward(Point at, const std::string& words) {
  text_ += fmt::format(
      "<text transform=\"translate({:.1f} {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
      at.x, at.y, escaped(words));
}

double Svg::legend(Point at, double width,
                   const std::vector<std::pair<std::string, std::string_view>>& names) {
  Point next = at;
  for (const auto& [name, fill] : names) {
    const double wide = kSquare + 6 + width_of(name) + 16;
    if (next.x > at.x && next.x + wide > at.x + width) {
      next = {at.x, next.y + kRow};
    }
    rect({next.x, next.y}, kSquare, kSquare, fill);
    text({next.x + kSquare + 6, next.y + kSquare - 1}, name);
    next.x += wide;
  }
  return next.y - at.y + kRow;
}

}  // namespace lpu::study
