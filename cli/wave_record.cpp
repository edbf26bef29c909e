// SPDX-License-Identifier: Apache-2.0
#include "cli/wave_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#ifdef LPU_WITH_RTL
#include "rtl/common/traced_rtl.h"
#endif

namespace lpu::cli {
namespace {

constexpr int kAllLevels = 99;

}  // namespace

WaveRecord::WaveRecord(traces::WaveFile::Config config, const isa::Geometry& geometry, int chips)
    : path_(config.path), file_(std::move(config), geometry, chips) {}

void WaveRecord::open(fabric::System& system) {
#ifdef LPU_WITH_RTL
  for (int c = 0; c < system.chips(); ++c) {
    if (!system.here(c)) {
      continue;  // RunOutputs refuses waveforms of RTL that is on several ranks
    }
    system.chip(c).each_rtl([&](const std::string& unit, rtl::TracedRtl& block) {
      file_.add_rtl({fmt::format("chip{}.{}", c, unit),
                     [&block](VerilatedFstC& file) { block.trace(file, kAllLevels); }});
    });
  }
#else
  static_cast<void>(system);
#endif
  // As traces::WholeFile and the FST library name what is not whole yet.
  std::vector<std::string> leftovers;
  for (const char* suffix : {".part", ".part.hier", ".fst.part", ".fst.part.hier"}) {
    leftovers.push_back(path_ + suffix);
  }
  guard_.emplace(path_, leftovers);
  file_.open();
}

void WaveRecord::record(const traces::Event& event) {
  last_event_ = std::max(last_event_, event.at);
  file_.record(event);
}

void WaveRecord::advance(fabric::System& system, isa::Cycle end) {
  for (; next_ < end; next_ += isa::Cycles{1}) {
    for (int c = 0; c < system.chips() && file_.has_rtl(); ++c) {
      system.chip(c).pass(next_ + isa::Cycles{1});
    }
    file_.cycle(next_);
  }
}

void WaveRecord::close() {
  for (; next_ < last_event_ + isa::Cycles{1}; next_ += isa::Cycles{1}) {
    file_.cycle(next_);
  }
  file_.close();
}

std::pair<isa::Cycle, isa::Cycle> parse_wave_window(const std::string& text) {
  std::int64_t first = 0;
  std::int64_t last = 0;
  const char* end = text.data() + text.size();
  const auto [colon, error] = std::from_chars(text.data(), end, first);
  if (error == std::errc() && colon != end && *colon == ':') {
    const auto [rest, second_error] = std::from_chars(colon + 1, end, last);
    if (second_error == std::errc() && rest == end && 0 <= first && first <= last) {
      return {isa::Cycle{first}, isa::Cycle{last}};
    }
  }
  throw fabric::UsageError("--wave-window '" + text + "': expected FIRST:LAST, in cycles");
}

}  // namespace lpu::cli
