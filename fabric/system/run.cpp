// SPDX-License-Identifier: Apache-2.0
#include "fabric/system/run.h"

#include "isa/error/input_error.h"

namespace lpu::fabric {
namespace {

/// The sink and the callback of a run, for as long as it runs.
class Observed {
 public:
  Observed(System& system, const RunOptions& options) : system_(system), in_order_(nowhere_) {
    if (options.sink != nullptr) {
      in_order_ = traces::InOrder(*options.sink);
      system_.set_sink(&in_order_);
    }
    if (options.sink != nullptr || options.on_window) {
      system_.on_window([this, callback = options.on_window](isa::Cycle end) {
        in_order_.advance(end);
        if (callback) {
          callback(system_, end);
        }
      });
    }
  }
  ~Observed() {
    system_.set_sink(nullptr);
    system_.on_window(nullptr);
  }
  Observed(const Observed&) = delete;
  Observed& operator=(const Observed&) = delete;

  /// Not left to the destructor: a sink that writes a file may fail.
  void finish() { in_order_.finish(); }

 private:
  System& system_;
  traces::Tee nowhere_;
  traces::InOrder in_order_;
};

}  // namespace

RunResult run(System& system, const ProgramSet& programs, const RunOptions& options) {
  Observed observed(system, options);
  RunResult result;
  result.start = system.next_start();
  try {
    system.load(programs);
    result.end = system.run(result.start);
  } catch (const isa::InputError&) {
    throw;  // a sink that could not write takes nothing any more
  } catch (...) {
    observed.finish();
    throw;
  }
  observed.finish();
  result.statistics = system.statistics();
  return result;
}

RunResult run(const SystemSpec& spec, const ProgramSet& programs, const RunOptions& options) {
  System::Config config;
  config.spec = spec;
  config.values = options.values;
  config.units = options.units;
  config.window = options.window;
  config.seed = options.seed;
  System system("lpu", config);
  return run(system, programs, options);
}

}  // namespace lpu::fabric
