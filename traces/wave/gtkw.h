// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traces/wave/wave_signals.h"
#include "traces/wave/wave_writer.h"

namespace lpu::traces {

/// What a GTKWave save file shows.
struct GtkwView {
  std::string wave_path;
  const std::vector<WaveSignal>* signals{nullptr};
  std::vector<bool> moved;          // by signal: it changed after the first dump
  std::vector<std::string> blocks;  // units with a Verilated block: chip0.mxm_e.plane1
  std::vector<RtlSignal> rtl;       // of all blocks
  std::uint64_t start_time{0};
  std::uint64_t cycle_time{1};  // femtoseconds
};

/// The text of a save file that opens `wave_path`: for each chip its counters, the activity
/// curves, then a group for each kind of unit with one row a queue that shows the operations as
/// text, the ports and (closed) the registers of each Verilated block, and a closed group with
/// the operands. Queues that did nothing are in the wave and not in the view.
[[nodiscard]] std::string gtkw_text(const GtkwView& view);

}  // namespace lpu::traces
