// SPDX-License-Identifier: Apache-2.0
#include "study/report/page.h"

#include <fmt/format.h>

#include <array>

#include "study/report/figures.h"
#include "study/report/section.h"
#include "traces/report/html.h"

namespace lpu::study {
namespace {

using traces::escaped;

// What the style of all reports does not have.
constexpr std::string_view kStyle = R"css(
table { max-width: none; }
td, th { white-space: normal; vertical-align: top; padding-top: 7px; padding-bottom: 7px; }
table.claims { table-layout: fixed; }
code { font: 11px/1.45 "DejaVu Sans Mono", monospace; display: block; overflow-wrap: anywhere;
  margin-bottom: 3px; }
.verdict { display: inline-block; padding: 1px 9px; border-radius: 9px; color: #fff;
  white-space: nowrap; font-weight: 600; font-size: 12.5px; }
.holds { background: #00795a; } .part { background: #a86f00; }
.not { background: #b34a00; } .unshown { background: #6c7680; }
.figures { display: grid; grid-template-columns: 1fr 1fr; gap: 34px 44px; }
.figures .wide { grid-column: 1 / -1; }
figure { margin: 0; } figcaption { color: var(--soft); font-size: 12.5px; margin-top: 4px; }
p.line { margin: 0 0 2px; } .how { color: var(--soft); font-size: 12px; }
.beside { display: inline-block; margin-right: 12px; }
.choice td { background: #fdf6e6; }
)css";

std::string_view class_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kHoldsInPart:
      return "part";
    case Verdict::kDoesNotHold:
      return "not";
    case Verdict::kNotShown:
      return "unshown";
  }
  return "";
}

/// A refusal is told in the table of runs.
std::string beside_text(const Quantity& q) {
  return q.value ? escaped(text_of(q)) : q.how.starts_with("refused") ? "refused" : escaped(q.how);
}

std::string row_of(const Judged& judged) {
  std::string shown;
  for (const JudgedPart& part : judged.parts) {
    shown += fmt::format("<p class=\"line\" title=\"{}\"><b>{}</b> {}: {}</p>\n", escaped(part.how),
                         !part.holds   ? "–"
                         : *part.holds ? "✓"
                                       : "✗",
                         escaped(part.part->says), escaped(part.holds ? part.figure : part.how));
  }
  for (const auto& [name, q] : judged.beside) {
    shown += fmt::format("<span class=\"how beside\" title=\"{}\">{} {}</span>\n", escaped(q.how),
                         escaped(name), beside_text(q));
  }
  std::string published;
  for (const Published& p : judged.claim->published) {
    published += fmt::format("<p class=\"line\">{} <span class=\"how\">{}</span></p>\n",
                             escaped(p.figure), escaped(p.from));
  }
  std::string commands;
  for (const std::string& command : judged.commands) {
    commands += fmt::format("<code>{}</code>\n", escaped(command));
  }
  return fmt::format(
      "<tr><td>{}</td><td><b>{}</b></td>"
      "<td><span class=\"verdict {}\">{}</span></td><td>{}</td>"
      "<td>{}</td><td>{}</td></tr>\n",
      judged.claim->number, escaped(judged.claim->text), class_of(judged.verdict),
      text_of(judged.verdict), shown, published, commands);
}

std::string claims_table(const std::vector<Judged>& claims) {
  std::string html = heading("Verdicts",
                             "holds: every part is shown and true; does not hold: every part that "
                             "is shown is false; not shown: no part is; holds in part: all else");
  html +=
      "<table class=\"claims\"><colgroup><col style=\"width:2%\"><col style=\"width:13%\">"
      "<col style=\"width:9%\"><col style=\"width:35%\"><col style=\"width:15%\">"
      "<col style=\"width:26%\"></colgroup>"
      "<tr><th></th><th>Claim</th><th>Verdict</th><th>What the runs show</th>"
      "<th>Published</th><th>How to reproduce</th></tr>\n";
  for (const Judged& judged : claims) {
    html += row_of(judged);
  }
  return html + "</table></section>\n";
}

std::string figures_html(const Evidence& e, const Quantities& all) {
  std::string html = heading("Where the time goes, and beside other machines", "");
  html += "<div class=\"figures\">\n";
  for (const Figure& figure : figures_of(e, all)) {
    html +=
        fmt::format("<figure{}><h3>{}</h3>{}<figcaption>{}</figcaption></figure>\n",
                    figure.wide ? " class=\"wide\"" : "", escaped(figure.title), figure.svg,
                    escaped(figure.svg.empty() ? "Nothing to draw: " + figure.note : figure.note));
  }
  return html + "</div></section>\n";
}

std::string machines_table(const Evidence& e, const Quantities& all) {
  constexpr std::array<std::pair<const char*, const char*>, 8> kRows{
      {{"racks", "racks"},
       {"kilowatts", "provisioned power"},
       {"joules_one", "energy of a token, one user"},
       {"users_most", "most users"},
       {"joules_most", "energy of a token, most users"},
       {"per_kilowatt", "tokens/s a kW, most users"},
       {"chip_price", "price of a chip or device, a choice"},
       {"machine_price", "price of the machine, a choice"}}};
  std::string html = heading("Power, space, money",
                             "GPUs at their ceilings; several users on LPUs derived from a run");
  html += fmt::format("<table><tr><th></th><th>{}, {} chips</th><th>{:.0f} {}</th></tr>\n",
                      escaped(e.of_large().system_name), e.of_large().chips, e.split.devices.value,
                      escaped(e.gpu.name));
  for (const auto& [name, says] : kRows) {
    html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", says,
                        escaped(text_of(all.at(std::string("large.") + name))),
                        escaped(text_of(all.at(std::string("gpu.") + name))));
  }
  return html + "</table></section>\n";
}

std::string parameters_table(const Evidence& e) {
  std::string html = heading("Parameters that are not of a run",
                             "P the maker's or a paper's, S a system paper or a measurement, C a "
                             "choice of this project; of chips: lpu config");
  html += "<table><tr><th>Parameter</th><th>Value</th><th>Source</th><th>From</th></tr>\n";
  const auto row = [&](const std::string& name, const Sourced& s) {
    html += fmt::format("<tr{}><td>{}</td><td>{:g}</td><td>{}</td><td>{}</td></tr>\n",
                        s.source == "C" ? " class=\"choice\"" : "", escaped(name), s.value,
                        s.source, escaped(s.from));
  };
  for (const auto& [name, machine] :
       {std::pair{"LPU", &e.economics.lpu}, std::pair{"GPU", &e.economics.gpu}}) {
    row(fmt::format("{}: W provisioned", name), machine->provisioned_watts);
    row(fmt::format("{}s a rack", name), machine->processors_a_rack);
    row(fmt::format("{}: price, USD", name), machine->price);
    row(fmt::format("{}: share of its machine, USD", name), machine->machine_price);
  }
  row("GPUs beside", e.split.devices);
  row("tokens out of a request", e.split.output_tokens);
  row("hand-off, bytes/s", e.split.handoff_bytes_per_second);
  row("hand-off, s", e.split.handoff_seconds);
  row("crossing, bytes/s", e.split.crossing_bytes_per_second);
  row("crossing, s", e.split.crossing_seconds);
  return html + "</table></section>\n";
}

std::string runs_table(const RunBook& book) {
  std::string html = heading("Runs", "each made once, as its command says");
  html +=
      "<table><tr><th>Command</th><th>Cycles simulated</th><th>Less predicted</th>"
      "<th>Tokens/s</th><th>Wall time, s</th><th>Memory, GB</th></tr>\n";
  for (const auto& [command, run] : book.runs()) {
    html += fmt::format("<tr><td><code>{}</code></td>", escaped(command));
    html += run.ran() ? fmt::format(
                            "<td>{}</td><td>{}</td><td>{:.1f}</td><td>{:.1f}</td>"
                            "<td>{:.1f}</td></tr>\n",
                            run.cycles, run.cycles - run.predicted_cycles, run.tokens_per_second,
                            run.wall_seconds, static_cast<double>(run.peak_rss_bytes) / 1e9)
                      : fmt::format("<td colspan=\"5\">refused, status {}: {}</td></tr>\n",
                                    run.status, escaped(run.refusal));
  }
  return html + "</table></section>\n";
}

std::string facts(const Evidence& e) {
  std::string html = "<dl class=\"facts\">";
  const auto fact = [&](const std::string& name, const std::string& value) {
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escaped(name), escaped(value));
  };
  fact("asked for", fmt::format("{} on {}, {} positions, {}", e.large.front().model_name,
                                e.large.front().system_name, e.context, e.file.matmul));
  for (const Tried* tried : {&e.of_large(), &e.of_small()}) {
    const Run& run = *tried->token;
    fact(fmt::format("{} on {}", tried->model_name, tried->system_name),
         run.ran()
             ? fmt::format("{:.1f} tokens/s at {} positions", run.tokens_per_second, run.context)
             : "refused");
  }
  fact("command", e.command);
  return html + "</dl>\n";
}

}  // namespace

std::string heading(std::string_view title, const std::string& note) {
  return fmt::format(
      "<section><div class=\"head\"><h2>{}</h2><span class=\"note\">{}</span></div>\n", title,
      escaped(note));
}

std::string page_of(const Evidence& e, const Quantities& all, const std::vector<Judged>& claims,
                    const RunBook& book) {
  std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Claims</title>\n<style>";
  page += traces::kReportStyle;
  page += kStyle;
  page += "</style></head>\n<body><header><h1>What is said of the LPU, put to the test</h1>\n";
  page += facts(e) + "</header>\n";
  page += claims_table(claims);
  page += figures_html(e, all);
  page += groups_section(e);
  page += machines_table(e, all);
  page += parameters_table(e);
  page += runs_table(book);
  return page + "</body></html>\n";
}

}  // namespace lpu::study
