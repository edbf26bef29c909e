// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lpu::traces {

/// Text that stands for itself in HTML and SVG, also inside quoted attributes.
[[nodiscard]] std::string escaped(std::string_view text);

/// The style sheet of every report: traces/report/page/style.css.
extern const std::string_view kReportStyle;

}  // namespace lpu::traces
