// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "traces/report/report.h"

namespace lpu::traces {

/// What the script of the page draws, as one JSON object that may stand inside <script>.
[[nodiscard]] std::string report_json(const ReportData& data, const ReportSink& events);

// The parts of the page that stay the same: the files of traces/report/page.
extern const std::string_view kReportBody;
extern const std::string_view kReportScript;

}  // namespace lpu::traces
