// SPDX-License-Identifier: Apache-2.0
// A large system is built within a minute and 8 GiB, and a broadcast reaches every chip. Eight
// racks; at night the largest one described: LPU_SCALE_SYSTEM=max10440.
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <map>

#include "compiler/network/programs.h"
#include "fabric/schedule/network/network.h"
#include "fabric/schedule/network/network_check.h"
#include "testbench/system/system_fixture.h"

namespace lpu::testbench {
namespace {

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

class Writes : public traces::Sink {
 public:
  void record(const traces::Event& event) override {
    if (event.insn.op == isa::Op::kWrite) {
      at[event.chip] = event.at;  // the last of a chip
    }
  }
  std::map<int, isa::Cycle> at;
};

std::string system_name() {
  const char* asked = std::getenv("LPU_SCALE_SYSTEM");
  return asked == nullptr ? "llama70b-576" : asked;
}

TEST_F(SystemTest, ALargeSystemIsBuiltAndABroadcastReachesEveryChip) {
  const auto begin = std::chrono::steady_clock::now();
  const double before = peak_mib();
  fabric::System::Config config;
  config.spec = read_spec(system_name());
  config.values = tlm::Values::kNone;
  // Never destroyed: the kernel looks through all sockets for each one that goes.
  static fabric::System* const system = new fabric::System("lpu", config);
  const std::chrono::duration<double> built = std::chrono::steady_clock::now() - begin;
  const double a_chip = (peak_mib() - before) / system->chips();
  EXPECT_LT(built.count(), 60.0);
  EXPECT_LT(a_chip, 4.0);
  EXPECT_LT(peak_mib(), 8192.0);
  RecordProperty("build_seconds", std::to_string(built.count()));
  RecordProperty("mib_a_chip", std::to_string(a_chip));

  std::vector<fabric::Message> messages;
  for (int chip = 1; chip < system->chips(); ++chip) {
    messages.push_back({0, chip, 1, {0}});
  }
  const auto schedule = fabric::schedule(config.spec.chip, system->topology(), messages);
  for (const auto& v : fabric::check(config.spec.chip, system->topology(), messages, schedule, 1)) {
    FAIL() << v.what;
  }
  Writes writes;
  system->set_sink(&writes);
  system->load(compiler::network_programs(config.spec.chip, system->topology(), schedule));
  system->run({0});
  // What a chip writes last is its own vector, or one that goes on: none is without.
  EXPECT_EQ(writes.at.size(), messages.size());
  EXPECT_EQ(system->statistics().link_vectors, [&] {
    std::int64_t hops = 0;
    for (const auto& way : schedule.ways) {
      hops += static_cast<std::int64_t>(way.hops.size());
    }
    return hops;
  }());
  const std::chrono::duration<double> all = std::chrono::steady_clock::now() - begin;
  RecordProperty("all_seconds", std::to_string(all.count()));
  RecordProperty("peak_mib", std::to_string(peak_mib()));
}

}  // namespace
}  // namespace lpu::testbench
