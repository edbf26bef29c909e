// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/wave_record.h"
#include "fabric/system/run.h"
#include "fabric/system/system.h"
#include "fabric/topology/system_spec.h"
#include "isa/error/input_error.h"
#include "traces/event/event.h"
#include "traces/perfetto/perfetto.h"
#include "traces/report/report.h"
#include "traces/summary/summary.h"

namespace lpu::cli {

/// How a simulation is run and what it leaves behind: the options that `run` and `exec` share.
struct RunOutputOptions {
  std::string values{"full"};
  std::vector<std::string> units;
  std::string wave;
  std::string wave_scope{"*"};
  std::string wave_window;
  std::string trace;
  std::string report;
  std::string json;
  std::uint64_t fabric_seed{1};
};
void add_run_output_options(CLI::App& verb, RunOutputOptions& options);

/// The files of one simulation, which the first rank writes. Opened before the run, so that a name
/// that cannot be written is found at once.
class RunOutputs {
 public:
  RunOutputs(const RunOutputOptions& options, const fabric::SystemSpec& spec);

  /// How the system is to be built: values, units, window.
  [[nodiscard]] fabric::System::Config system_config() const;
  /// Opens the waveform on the system's Verilated blocks and counts the system's links later.
  /// Before the first run.
  void attach(fabric::System& system);
  /// Values and the sink of this run. Valid as long as this object.
  [[nodiscard]] fabric::RunOptions run_options();

  /// Runs `simulate` and completes the records, also when it throws: what led to an error is what
  /// the records are wanted for. Unless the error is that a record could not be written.
  template <typename Simulate>
  auto recorded(Simulate simulate) {
    try {
      auto result = simulate();
      close_records();
      return result;
    } catch (const isa::InputError&) {
      throw;
    } catch (const std::exception&) {
      close_records();
      throw;
    }
  }

  /// Adds wall time and memory since the construction, and writes summary and report if they were
  /// asked for.
  void write(traces::RunSummary& summary, const std::vector<fabric::LinkStatistics>& links,
             const std::vector<traces::Phase>& phases) const;

 private:
  [[nodiscard]] tlm::Values values() const;
  void close_records();
  void write_report(const traces::RunSummary& summary,
                    const std::vector<fabric::LinkStatistics>& links,
                    const std::vector<traces::Phase>& phases) const;

  RunOutputOptions options_;
  fabric::SystemSpec spec_;
  std::chrono::steady_clock::time_point began_;
  traces::Tee tee_;
  std::unique_ptr<WaveRecord> wave_;
  std::unique_ptr<traces::PerfettoFile> trace_;
  std::unique_ptr<traces::ReportSink> report_;
};

/// What the statistics of a run say: names, cycles, operations, busy fractions. A unit's fraction
/// is over the queues of its kind, a link's over both directions at `c2c_pace` cycles a vector.
[[nodiscard]] traces::RunSummary summarise(const fabric::SystemSpec& spec,
                                           const fabric::RunResult& result);

/// What links met, by name, for people: nothing where all is ideal.
[[nodiscard]] std::vector<std::pair<const char*, std::string>> link_lines(
    const traces::RunSummary& summary);

/// kDone, or kCheckFailed with a message when prediction and run, or model and RTL, disagree.
[[nodiscard]] int verdict(const traces::RunSummary& summary);

}  // namespace lpu::cli
