// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "study/groups/groups.h"
#include "study/report/bars.h"
#include "study/report/figures.h"
#include "study/report/section.h"
#include "traces/report/html.h"

namespace lpu::study {
namespace {

using traces::escaped;

std::string svg_of(const std::vector<Tried>& groups) {
  BarChart chart{"us of a layer, one user", {}, true};
  for (const Tried& tried : groups) {
    if (!tried.token->ran()) {
      continue;
    }
    Bar bar{tried.system_name, {}, ""};
    double us = 0.0;
    for (const OperatorKind kind : kOperatorKinds) {
      const double part = layer_us(tried, kind);
      if (part > 0.0) {
        bar.segments.push_back({std::string(text_of(kind)), colour_of(kind), part, 0.0});
      }
      us += part;
    }
    bar.value = fmt::format("{:.1f} us", us);
    chart.bars.push_back(std::move(bar));
  }
  return svg_of(chart);
}

std::string table_of(const std::vector<Tried>& groups) {
  std::string html = "<table><tr><th>us of a layer, chips:</th>";
  for (const Tried& tried : groups) {
    html += fmt::format("<th>{}</th>", tried.chips);
  }
  html += "<th>How a group divides it</th></tr>\n";
  for (const OperatorKind kind : kOperatorKinds) {
    html += fmt::format("<tr><td>{}</td>", text_of(kind));
    for (const Tried& tried : groups) {
      html +=
          tried.token->ran() ? fmt::format("<td>{:.2f}</td>", layer_us(tried, kind)) : "<td>–</td>";
    }
    html += fmt::format("<td>{}</td></tr>\n", division_of(kind));
  }
  return html + "</table>\n";
}

std::string words_of(const std::vector<Tried>& groups) {
  std::string html;
  for (const Tried& tried : groups) {
    if (!tried.token->ran()) {
      html += fmt::format("<p class=\"line\">{}: refused: {}</p>\n", escaped(tried.system_name),
                          escaped(tried.token->refusal));
    }
  }
  for (const Doubling& d : doublings_of(groups)) {
    html += fmt::format("<p class=\"line\">{}</p>\n", escaped(words_of(d)));
  }
  return html;
}

}  // namespace

std::string groups_section(const Evidence& e) {
  std::string html = heading(
      "Doubling the tensor parallel group",
      fmt::format("the same layer on more chips; {}, {} positions in the cache, one user. In "
                  "brackets how many times less. Halves: at least 1.8 times less, a choice",
                  e.file.matmul, e.context));
  html += "<div class=\"figures\">\n";
  for (const auto& groups : e.groups) {
    html += fmt::format("<figure><h3>{}</h3>{}<figcaption>{}{}</figcaption></figure>\n",
                        escaped(groups.front().model_name), svg_of(groups), table_of(groups),
                        words_of(groups));
  }
  return html + "</div></section>\n";
}

}  // namespace lpu::study
