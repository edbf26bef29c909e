// SPDX-License-Identifier: Apache-2.0
// How long a node takes from its description to its first cycle. A process has one system, so
// there is one iteration.
#include <benchmark/benchmark.h>

#include <systemc>

#include "fabric/system/system.h"
#include "fabric/topology/system_spec.h"

namespace lpu {
namespace {

void elaboration(benchmark::State& state) {
  for (auto _ : state) {
    fabric::System::Config config;
    config.spec = fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/node8.toml");
    const fabric::System node("lpu", config);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    benchmark::DoNotOptimize(&node);
  }
}
BENCHMARK(elaboration)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lpu

int sc_main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
