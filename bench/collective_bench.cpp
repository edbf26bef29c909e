// SPDX-License-Identifier: Apache-2.0
// Vectors that cross links a second of wall time: an all-reduce in every node of a system, time
// only. Each node is a cluster of its own (fabric/schedule/clusters.h). A process has one system.
#include <benchmark/benchmark.h>

#include <string>
#include <systemc>

#include "compiler/collective/collective.h"
#include "fabric/system/system.h"
#include "fabric/topology/system_spec.h"

namespace lpu {
namespace {

fabric::SystemSpec read(const char* name) {
  return fabric::read_system_spec(std::string(LPU_SOURCE_DIR "/configs/systems/") + name);
}

fabric::System& machine() {
  fabric::System::Config config;
  config.spec = read("llama70b-576.toml");
  config.values = tlm::Values::kNone;
  static fabric::System system("lpu", config);
  return system;
}

void all_reduce(benchmark::State& state) {
  constexpr std::int64_t kBytes = 1 << 20;
  const auto of_node = collective::compile(read("node8.toml"),
                                           {collective::Kind::kAllReduce, isa::Type::kF16, kBytes});
  fabric::System& system = machine();
  fabric::ProgramSet programs;
  for (int chip = 0; chip < system.chips(); ++chip) {
    programs.push_back(of_node.programs[static_cast<std::size_t>(chip % fabric::kNodeChips)]);
  }
  const std::int64_t before = system.statistics().link_vectors;
  for (auto _ : state) {
    system.load(programs);
    system.run(system.next_start());
  }
  state.counters["link_vectors"] = benchmark::Counter(
      static_cast<double>(system.statistics().link_vectors - before), benchmark::Counter::kIsRate);
}
BENCHMARK(all_reduce)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lpu

int sc_main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
