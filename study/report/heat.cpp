// SPDX-License-Identifier: Apache-2.0
#include "study/report/heat.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lpu::study {
namespace {

struct Rgb {
  double red;
  double green;
  double blue;
};
/// From nothing to the most: light to dark, so that it can be read in grey, too.
constexpr std::array<Rgb, 4> kStops{{{238, 243, 247}, {253, 204, 92}, {227, 88, 40}, {92, 4, 44}}};

double between(double a, double b, double part) { return a + (b - a) * part; }

}  // namespace

std::string percent(double part) { return fmt::format("{:.3g} %", 100.0 * part); }

std::string Heat::colour(double part) const {
  const double at =
      most_ > 0.0 ? std::sqrt(std::clamp(part / most_, 0.0, 1.0)) * (kStops.size() - 1) : 0.0;
  const auto below = std::min(static_cast<std::size_t>(at), kStops.size() - 2);
  const double rest = at - static_cast<double>(below);
  const Rgb& a = kStops.at(below);
  const Rgb& b = kStops.at(below + 1);
  return fmt::format("#{:02x}{:02x}{:02x}", static_cast<int>(between(a.red, b.red, rest)),
                     static_cast<int>(between(a.green, b.green, rest)),
                     static_cast<int>(between(a.blue, b.blue, rest)));
}

void Heat::draw_scale(Svg& svg, Point corner, const std::string& of) const {
  constexpr int kSteps = 60;
  constexpr double kStep = 4;
  constexpr double kHigh = 10;
  for (int i = 0; i < kSteps; ++i) {
    const double root = (i + 0.5) / kSteps;
    svg.rect({corner.x + kStep * i, corner.y}, kStep + 0.5, kHigh, colour(root * root * most_));
  }
  for (const double root : {0.0, 0.5, 1.0}) {
    svg.text({corner.x + kStep * kSteps * root, corner.y + kHigh + 13},
             percent(root * root * most_), root == 0.0 ? Anchor::kStart : Anchor::kMiddle);
  }
  svg.text({corner.x + kStep * kSteps + 34, corner.y + kHigh - 1}, of);
}

}  // namespace lpu::study
