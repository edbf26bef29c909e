// SPDX-License-Identifier: Apache-2.0
#include "traces/report/report.h"

#include <string>

#include "traces/file/whole_file.h"
#include "traces/report/html.h"
#include "traces/report/report_data.h"

namespace lpu::traces {
std::string report_html(const ReportData& data, const ReportSink& events) {
  std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width\">\n<title>";
  page += escaped(data.title);
  page += "</title>\n<style>\n";
  page += kReportStyle;
  page += "</style></head>\n<body>\n";
  page += kReportBody;
  page += "<script type=\"application/json\" id=\"data\">";
  page += report_json(data, events);
  page += "</script>\n<script>\n";
  page += kReportScript;
  page += "</script>\n</body></html>\n";
  return page;
}

void write_report(const std::string& path, const ReportData& data, const ReportSink& events) {
  WholeFile file(path);
  file.write(report_html(data, events));
  file.commit();
}

}  // namespace lpu::traces
