// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lpu::study {

struct Point {
  double x{0};
  double y{0};
};
enum class Anchor { kStart, kMiddle, kEnd };

/// Colours that people tell apart who see fewer of them.
namespace colour {
inline constexpr std::string_view kBlue = "#0072b2";
inline constexpr std::string_view kOrange = "#e69f00";
inline constexpr std::string_view kGreen = "#009e73";
inline constexpr std::string_view kRed = "#d55e00";
inline constexpr std::string_view kSky = "#56b4e9";
inline constexpr std::string_view kPurple = "#cc79a7";
inline constexpr std::string_view kGrey = "#8a94a0";
inline constexpr std::string_view kGrid = "#e4e8ec";
inline constexpr std::string_view kInk = "#1b1f24";
}  // namespace colour

/// An SVG element that grows shape by shape. Pixels, y downward.
class Svg {
 public:
  Svg(double width, double height);

  void rect(Point corner, double width, double height, std::string_view fill,
            const std::string& tip = "");
  void line(Point from, Point to, std::string_view stroke, double width = 1.0);
  void polyline(const std::vector<Point>& points, std::string_view stroke, bool dashed);
  void circle(Point centre, double radius, std::string_view fill, const std::string& tip);
  void text(Point at, const std::string& words, Anchor anchor = Anchor::kStart,
            std::string_view fill = "");
  /// Reads upwards.
  void upward(Point at, const std::string& words);
  /// A coloured square and a name, one after the other, in a row that begins at `at`; a new row
  /// where the width is used up. Returns the height of all rows.
  double legend(Point at, double width,
                const std::vector<std::pair<std::string, std::string_view>>& names);

  [[nodiscard]] std::string finish() const { return text_ + "</svg>\n"; }

 private:
  std::string text_;
};

/// Pixels that words take in the page's small type, about.
[[nodiscard]] double width_of(const std::string& words);

/// "0.05", "12", "1.5k", "20M".
[[nodiscard]] std::string short_number(double value);
/// A number of positions as it is spoken: "1k" is 1024, or 1023 beside the token's own; "0",
/// "1000".
[[nodiscard]] std::string context_name(std::int64_t positions);

}  // namespace lpu::study
