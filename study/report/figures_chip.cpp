// SPDX-License-Identifier: Apache-2.0
// How busy the queues of a chip are, on its floor plan, and the links of all chips.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "isa/spec/geometry.h"
#include "study/report/figures.h"
#include "study/report/heat.h"

namespace lpu::study {
namespace {

constexpr double kWide = 1240;

/// Queues that stand side by side on the die: `columns` of them, 0 for one each.
struct Group {
  const char* name;
  const char* says;
  double width;
  std::size_t columns;
};
/// From west to east. Slices count outward from the VXM, so the west is mirrored.
constexpr std::array<Group, 9> kPlan{{{"mxm_w", "MXM", 78, 1},
                                      {"c2c_w", "C2C", 42, 1},
                                      {"sxm_w", "SXM", 70, 1},
                                      {"mem_w", "MEM, west", 302, 0},
                                      {"vxm", "VXM", 72, 4},
                                      {"mem_e", "MEM, east", 302, 0},
                                      {"sxm_e", "SXM", 70, 1},
                                      {"c2c_e", "C2C", 42, 1},
                                      {"mxm_e", "MXM", 78, 1}}};

std::vector<std::string> queues_of(const isa::Geometry& geometry, const std::string& group) {
  std::vector<std::string> names;
  for (int q = 0; q < geometry.queues(); ++q) {
    if (geometry.name(q).starts_with(group + '.')) {
      names.push_back(geometry.name(q));
    }
  }
  if (group == "mem_w") {
    std::reverse(names.begin(), names.end());
  }
  return names;
}

/// Part of the cycles of all chips in which their stage works.
double part_at_work(const Run& run) {
  std::int64_t cycles = 0;
  for (const Run::Stage& stage : run.stages) {
    cycles += stage.chips * (stage.end - stage.begin);
  }
  return static_cast<double>(cycles) / static_cast<double>(run.chips * run.cycles);
}

/// Part of the time in which a chip's stage works that its queue is busy, by name.
std::map<std::string, double> use_of_queues(const Run& run) {
  const double at_work = part_at_work(run);
  std::map<std::string, double> use;
  for (const auto& [name, busy] : run.queues) {
    use[name] = busy / at_work;
  }
  return use;
}

double most_of(const std::map<std::string, double>& use) {
  double most = 0.0;
  for (const auto& [name, part] : use) {
    most = std::max(most, part);
  }
  return most;
}

/// The queues of a group, and under them their mean.
void draw(Svg& svg, const Heat& heat, const Group& group, const std::vector<std::string>& names,
          const std::map<std::string, double>& use, Point corner) {
  constexpr double kHigh = 190;
  const std::size_t across = group.columns == 0 ? names.size() : group.columns;
  const std::size_t down = (names.size() + across - 1) / across;
  const double w = group.width / static_cast<double>(across);
  const double h = kHigh / static_cast<double>(down);
  double sum = 0.0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = use.find(names[i]);
    const double part = found == use.end() ? 0.0 : found->second;
    sum += part;
    const std::size_t row = i / across;
    const Point cell{corner.x + w * static_cast<double>(i % across),
                     corner.y + h * static_cast<double>(row)};
    svg.rect(cell, w - 0.8, h - 0.8, heat.colour(part),
             fmt::format("{}: {}", names[i], percent(part)));
    const std::string last = names[i].substr(names[i].rfind('.') + 1);
    if (width_of(last) <= w) {
      svg.text({cell.x + w / 2, cell.y + h / 2 + 4}, last, Anchor::kMiddle,
               heat.dark(part) ? "#fff" : colour::kInk);
    }
  }
  const double middle = corner.x + group.width / 2;
  svg.text({middle, corner.y - 7}, group.says, Anchor::kMiddle, colour::kInk);
  svg.text({middle, corner.y + kHigh + 15}, percent(sum / static_cast<double>(names.size())),
           Anchor::kMiddle);
}

/// Cycles in which the stage of each chip works.
std::vector<double> work_of_chips(const Run& run) {
  std::vector<double> cycles(static_cast<std::size_t>(run.chips), 0.0);
  for (const Run::Stage& stage : run.stages) {
    for (std::int64_t c = stage.first_chip; c < stage.first_chip + stage.chips; ++c) {
      cycles.at(static_cast<std::size_t>(c)) = static_cast<double>(stage.end - stage.begin);
    }
  }
  return cycles;
}

}  // namespace

Figure floor_plan(const Tried& tried) {
  const Run& run = *tried.token;
  Figure figure{fmt::format("Floor plan of a chip of {}", tried.model_name), run.refusal, "", true};
  if (!run.ran()) {
    return figure;
  }
  const isa::Geometry geometry(tried.chip);
  const auto use = use_of_queues(run);
  const Heat heat(most_of(use));
  Svg svg(kWide, 290);
  double width = 0.0;
  for (const Group& group : kPlan) {
    width += group.width;
  }
  const double gap = (kWide - 20 - width) / (kPlan.size() - 1);
  double x = 10;
  for (const Group& group : kPlan) {
    draw(svg, heat, group, queues_of(geometry, group.name), use, {x, 24});
    x += group.width + gap;
  }
  heat.draw_scale(svg, {10, 258}, "busy, of the time in which the chip's stage works");
  figure.svg = svg.finish();
  figure.note = fmt::format(
      "{}, {}, {} positions, one user: every instruction queue, mean of {} chips; under each unit "
      "the mean of its queues. An MXM has two planes with a queue for weights, activations and "
      "sums each; of the time of the whole token it is {} as much, because the other stages wait.",
      tried.system_name, run.matmul, run.context, run.chips, percent(part_at_work(run)));
  return figure;
}

Figure link_use(const Tried& tried) {
  const Run& run = *tried.token;
  Figure figure{fmt::format("Links of {}", tried.model_name), run.refusal, "", true};
  if (!run.ran() || run.links.empty()) {
    return figure;
  }
  constexpr double kLeft = 60;
  constexpr double kTop = 8;
  constexpr double kRow = 13;
  std::int64_t rows = 0;
  for (const Run::Link& l : run.links) {
    rows = std::max(rows, l.from_link + 1);
  }
  const auto links = static_cast<double>(rows);
  const double step = (kWide - kLeft - 10) / static_cast<double>(run.chips);
  const std::vector<double> work = work_of_chips(run);
  const auto part_of = [&](const Run::Link& l) {
    const double cycles = static_cast<double>(l.vectors * tried.chip.c2c_pace);
    const double of = work.at(static_cast<std::size_t>(l.from_chip));
    return of > 0.0 ? cycles / of : 0.0;
  };
  double most = 0.0;
  for (const Run::Link& l : run.links) {
    most = std::max(most, part_of(l));
  }
  const Heat heat(most);
  Svg svg(kWide, kTop + links * kRow + 76);
  svg.rect({kLeft, kTop}, step * static_cast<double>(run.chips), links * kRow, heat.colour(0.0));
  for (const Run::Link& l : run.links) {
    svg.rect({kLeft + step * static_cast<double>(l.from_chip),
              kTop + kRow * static_cast<double>(l.from_link)},
             step, kRow - 0.8, heat.colour(part_of(l)),
             fmt::format("chip {} link {} to chip {}: {}", l.from_chip, l.from_link, l.to_chip,
                         percent(part_of(l))));
  }
  for (std::int64_t i = 0; i < rows; ++i) {
    svg.text({kLeft - 7, kTop + kRow * static_cast<double>(i) + 10}, fmt::format("link {}", i),
             Anchor::kEnd);
  }
  const double bottom = kTop + links * kRow;
  const std::int64_t node = run.stages.front().chips;
  const std::int64_t nodes = run.chips / node;
  for (std::int64_t c = 0; c < run.chips; c += node * std::max<std::int64_t>(nodes / 12, 1)) {
    svg.text({kLeft + step * (static_cast<double>(c) + 0.5), bottom + 15}, std::to_string(c),
             Anchor::kMiddle);
  }
  svg.text({kLeft + (kWide - kLeft) / 2, bottom + 32}, "chip that sends", Anchor::kMiddle);
  heat.draw_scale(svg, {kLeft, bottom + 44}, "busy, of the time in which the chip's stage works");
  figure.svg = svg.finish();
  figure.note = fmt::format(
      "{}, {}, {} positions, one user: vectors that a chip sends times {} cycles each. Links 0 "
      "to 6 join the chips of a node: all-reduces; from 8 on they lead to other nodes: hand-overs. "
      "A "
      "stage that works for a short time, as the embedding's, uses its links for much of it.",
      tried.system_name, run.matmul, run.context, tried.chip.c2c_pace);
  return figure;
}

}  // namespace lpu::study
