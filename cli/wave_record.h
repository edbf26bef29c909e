// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "traces/wave/wave_file.h"

namespace lpu::cli {

/// A waveform that is driven by windows instead of cycles.
class WaveRecord : public traces::Sink {
 public:
  WaveRecord(traces::WaveFile::Config config, const isa::Geometry& geometry, int chips)
      : file_(std::move(config), geometry, chips) {
    file_.open();
  }

  void record(const traces::Event& event) override {
    last_event_ = std::max(last_event_, event.at);
    file_.record(event);
  }
  /// Every event before `end` has been recorded.
  void advance(isa::Cycle end) {
    for (; next_ < end; next_ += isa::Cycles{1}) {
      file_.cycle(next_);
    }
  }
  /// A run that stopped on an error has events in a window that did not end.
  void close() {
    advance(last_event_ + isa::Cycles{1});
    file_.close();
  }

 private:
  traces::WaveFile file_;
  isa::Cycle next_;
  isa::Cycle last_event_{-1};
};

/// `FIRST:LAST`. Throws fabric::UsageError for anything else.
[[nodiscard]] std::pair<isa::Cycle, isa::Cycle> parse_wave_window(const std::string& text);

}  // namespace lpu::cli
