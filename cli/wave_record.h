// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "cli/full_disk_guard.h"
#include "fabric/system/system.h"
#include "traces/wave/wave_file.h"

namespace lpu::cli {

/// The waveform of a system, Verilated blocks included. The system runs in windows of one cycle.
class WaveRecord : public traces::Sink {
 public:
  /// Throws isa::InputError for a name, scope or window that cannot be.
  WaveRecord(traces::WaveFile::Config config, const isa::Geometry& geometry, int chips);

  /// Before the first run: finds the system's Verilated blocks and opens the file.
  void open(fabric::System& system);
  void record(const traces::Event& event) override;
  /// Every event before `end` has been recorded.
  void advance(fabric::System& system, isa::Cycle end);
  /// A run that stopped on an error has events in a window that did not end.
  void close();

 private:
  std::string path_;
  std::optional<FullDiskGuard> guard_;
  traces::WaveFile file_;
  isa::Cycle next_;
  isa::Cycle last_event_{-1};
};

/// `FIRST:LAST`. Throws fabric::UsageError for anything else.
[[nodiscard]] std::pair<isa::Cycle, isa::Cycle> parse_wave_window(const std::string& text);

}  // namespace lpu::cli
