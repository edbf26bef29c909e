// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "isa/spec/cycle.h"
#include "isa/spec/geometry.h"
#include "traces/event/event.h"
#include "traces/wave/wave_signals.h"
#include "traces/wave/wave_writer.h"

namespace lpu::traces {

/// One waveform of a run: the model's signals (see WaveSignals) and those of Verilated blocks in
/// one hierarchy and on one time axis.
///
/// The caller drives it cycle by cycle: first all events of a cycle go to `record`, in any order
/// and also ahead of their cycle, then `cycle` takes down the state in which that cycle ends.
/// RTL must have been evaluated up to the same cycle by then, so a run goes in windows of one
/// cycle while a wave with RTL is open.
///
///   WaveFile wave(config, geometry, chips);
///   wave.add_rtl({"chip0.mxm_e.plane0", [&](VerilatedFstC& to) { plane.trace(to); }});
///   wave.open();
///   for each cycle { run it; wave.cycle(now); }
///   wave.close();
class WaveFile : public Sink {
 public:
  struct Config {
    std::string path;  // .vcd or .fst; the save file for GTKWave has the same name and .gtkw
    std::string scope{"*"};
    isa::Cycle first{0};
    isa::Cycle last{INT64_MAX};
    std::int64_t clock_mhz{0};
  };

  /// isa::InputError for another suffix, or a scope or window that holds nothing.
  WaveFile(Config config, const isa::Geometry& geometry, int chips);
  /// Closes what is open, so that a run which stops on an error leaves its wave behind. Unlike
  /// `close`, keeps a failure to itself.
  ~WaveFile() override;

  /// Before `open`. Blocks outside the scope are left out.
  void add_rtl(RtlTrace rtl);
  /// isa::InputError when the file cannot be written, here, in `cycle` and in `close`; nothing
  /// is left then.
  void open();
  void record(const Event& event) override;
  void cycle(isa::Cycle at);
  void close();

  /// True if `cycle` would write: a caller may use larger windows elsewhere.
  [[nodiscard]] bool in_window(isa::Cycle at) const {
    return config_.first <= at && at <= config_.last;
  }
  [[nodiscard]] bool has_rtl() const { return !rtl_.empty(); }

 private:
  [[nodiscard]] std::uint64_t time_of(isa::Cycle at) const;
  void take(isa::Cycle at);
  void write_save_file(std::vector<RtlSignal> rtl) const;

  Config config_;
  WaveSignals signals_;
  std::vector<RtlTrace> rtl_;
  std::unique_ptr<WaveWriter> writer_;
  std::vector<Event> waiting_;
  std::vector<bool> moved_;
  isa::Cycle first_dumped_{-1};
};

}  // namespace lpu::traces
