// SPDX-License-Identifier: Apache-2.0
#include "fabric/topology/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string_view>

namespace lpu::fabric {
namespace {

constexpr double kSize = 1000;
constexpr double kMargin = 100;
constexpr double kCircle = 420;  // radius on which groups stand
constexpr double kLargestGroup = 120;

struct Point {
  double x{0};
  double y{0};
};

/// The i-th of n places on a circle, from the top clockwise.
Point on_circle(Point centre, double radius, int i, int n) {
  const double angle = 2 * std::numbers::pi * i / n - std::numbers::pi / 2;
  return {centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)};
}

class Drawing {
 public:
  /// Dots of `chips_a_dot` chips, and `dots_a_group` of them together in a circle.
  Drawing(const Topology& topology, int chips_a_dot, int dots_a_group)
      : topology_(topology),
        chips_a_dot_(chips_a_dot),
        group_(dots_a_group),
        dots_((topology.chips() + chips_a_dot - 1) / chips_a_dot) {}

  std::string svg() {
    text_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{0} -{0} {1} {1}\" "
        "font-family=\"sans-serif\" text-anchor=\"middle\">\n",
        kMargin, kSize + 2 * kMargin);
    cables();
    for (int dot = 0; dot < dots_; ++dot) {
      const Point p = place(dot);
      text_ += fmt::format(
          "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" fill=\"#1f4e79\"><title>{}</title>"
          "</circle>\n",
          p.x, p.y, dot_radius(), name(dot));
    }
    labels();
    return text_ + "</svg>\n";
  }

 private:
  [[nodiscard]] int groups() const { return (dots_ + group_ - 1) / group_; }
  /// Groups and dots take about half of the way to their neighbours.
  [[nodiscard]] double group_radius() const {
    return groups() == 1
               ? kCircle
               : std::min(0.5 * kCircle * std::sin(std::numbers::pi / groups()), kLargestGroup);
  }
  [[nodiscard]] double dot_radius() const {
    const double circle = group_ == 1 ? kCircle : group_radius();
    const int around = std::max(group_ == 1 ? groups() : group_, 3);
    return std::clamp(0.4 * circle * std::sin(std::numbers::pi / around), 2.0, 26.0);
  }
  [[nodiscard]] Point place(int dot) const {
    const Point centre{kSize / 2, kSize / 2};
    const Point of_group =
        groups() == 1 ? centre : on_circle(centre, kCircle, dot / group_, groups());
    return group_ == 1 ? of_group : on_circle(of_group, group_radius(), dot % group_, group_);
  }
  [[nodiscard]] std::string name(int dot) const {
    const std::string_view kind = chips_a_dot_ == 1            ? "chip"
                                  : chips_a_dot_ == kNodeChips ? "node"
                                                               : "rack";
    return fmt::format("{} {}", kind, dot);
  }

  /// Those between the same two dots are one line, the wider the more.
  void cables() {
    std::map<std::pair<int, int>, int> between;
    for (const Cable& cable : topology_.cables()) {
      const int a = cable.a.chip / chips_a_dot_;
      const int b = cable.b.chip / chips_a_dot_;
      if (a != b) {
        ++between[{a, b}];
      }
    }
    const double width = between.size() > 2000 ? 0.3 : 1.0;
    for (const auto& [ends, count] : between) {
      const Point a = place(ends.first);
      const Point b = place(ends.second);
      const bool inside = ends.first / group_ == ends.second / group_;
      text_ += fmt::format(
          "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
          "stroke-opacity=\"0.6\" stroke-width=\"{:.1f}\"><title>{} - {}: {}</title></line>\n",
          a.x, a.y, b.x, b.y, inside ? "#4a90d9" : "#d98a3a",
          width * std::sqrt(static_cast<double>(count)), name(ends.first), name(ends.second),
          count);
    }
  }

  /// The name of a group, outside of the circle.
  void labels() {
    const double outside = kCircle + (group_ == 1 ? dot_radius() : group_radius()) + 50;
    const bool crowded = groups() > 40;
    for (int group = 0; groups() > 1 && group < groups(); ++group) {
      const Point p = on_circle({kSize / 2, kSize / 2}, outside, group, groups());
      const std::string_view kind = chips_a_dot_ == kNodeChips * kRackNodes ? "rack " : "node ";
      text_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\">{}{}</text>\n", p.x,
                           p.y + 4, crowded ? 8 : 18, crowded ? "" : kind, group);
    }
    for (int dot = 0; groups() == 1 && dot < dots_; ++dot) {
      const Point p = place(dot);
      text_ +=
          fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"18\" fill=\"white\">{}</text>\n",
                      p.x, p.y + 6, dot);
    }
  }

  const Topology& topology_;
  int chips_a_dot_;
  int group_;
  int dots_;
  std::string text_;
};

}  // namespace

std::string draw(const SystemSpec& spec, const Topology& topology) {
  if (topology.chips() <= kMaxNodes * kNodeChips) {
    const bool nodes = spec.topology != TopologyKind::kGraph && topology.chips() > kNodeChips;
    return Drawing(topology, 1, nodes ? kNodeChips : topology.chips()).svg();
  }
  const bool racks = spec.topology == TopologyKind::kRacks;
  return Drawing(topology, racks ? kNodeChips * kRackNodes : kNodeChips, 1).svg();
}

}  // namespace lpu::fabric
