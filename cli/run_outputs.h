// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cli/wave_record.h"
#include "fabric/system/run.h"
#include "fabric/topology/system_spec.h"
#include "traces/event/event.h"
#include "traces/perfetto/perfetto.h"
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
  std::string json;
};
void add_run_output_options(CLI::App& verb, RunOutputOptions& options);

/// The files of one simulation. Opened before the run, so that a name that cannot be written is
/// found at once.
class RunOutputs {
 public:
  RunOutputs(const RunOutputOptions& options, const fabric::SystemSpec& spec);

  /// Values, units and the sink of this run. Valid as long as this object.
  [[nodiscard]] fabric::RunOptions run_options();
  /// Completes the records of the run, also of one that ended with an error.
  void close_records();
  /// Adds wall time and memory since the construction, and writes the summary if it was asked for.
  void write_summary(traces::RunSummary& summary) const;

 private:
  RunOutputOptions options_;
  std::chrono::steady_clock::time_point began_;
  traces::Tee tee_;
  std::unique_ptr<WaveRecord> wave_;
  std::unique_ptr<traces::PerfettoFile> trace_;
};

/// What the statistics of a run say: names, cycles, operations, busy fractions. A unit's fraction
/// is over the queues of its kind, a link's over both directions at `c2c_pace` cycles a vector.
[[nodiscard]] traces::RunSummary summarise(const fabric::SystemSpec& spec,
                                           const fabric::RunResult& result);

}  // namespace lpu::cli
