// SPDX-License-Identifier: Apache-2.0
// Random messages from the schedule to the SystemC model and back: every program is legal, every
// vector is received in the cycle that the schedule says, and every byte arrives. A run of the
// process elaborates one system and simulates set after set on it.
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

#include "compiler/network/programs.h"
#include "fabric/schedule/network/network.h"
#include "fabric/schedule/network/network_check.h"
#include "isa/check/check.h"
#include "testbench/support/random_network.h"
#include "testbench/system/system_fixture.h"

namespace lpu::testbench {
namespace {

int sets(int usual) {
  const char* asked = std::getenv("LPU_NETWORK_SETS");
  return asked == nullptr ? usual : std::atoi(asked);
}

/// Chip, link and cycle of each receive.
class Receives : public traces::Sink {
 public:
  Receives(const isa::ChipSpec& spec, isa::Cycle start) : geometry_(spec), start_(start) {}
  void record(const traces::Event& event) override {
    if (event.insn.op == isa::Op::kReceive) {
      seen.emplace(event.chip, geometry_.info(event.queue).index, (event.at - start_).value);
    }
  }
  std::set<std::tuple<int, int, std::int64_t>> seen;

 private:
  isa::Geometry geometry_;
  isa::Cycle start_;
};

class NetworkTest : public SystemTest {
 protected:
  void build(const fabric::SystemSpec& spec, tlm::Values values = tlm::Values::kFull) {
    spec_ = spec;
    fabric::System::Config config;
    config.spec = spec_;
    config.values = values;
    system_ = std::make_unique<fabric::System>("lpu", config);
  }

  std::vector<std::uint8_t> bytes_of(std::size_t way) const {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(spec_.chip.lanes()));
    for (std::size_t lane = 0; lane < bytes.size(); ++lane) {
      bytes[lane] = static_cast<std::uint8_t>(way * 41 + (way >> 8) * 7 + lane * 3 + 1);
    }
    return bytes;
  }

  void expect_legal(const fabric::ProgramSet& programs) const {
    std::vector<std::vector<isa::Issue>> issues(programs.size());
    for (std::size_t chip = 0; chip < programs.size(); ++chip) {
      if (programs[chip] != nullptr) {
        const auto judged = isa::check(spec_.chip, *programs[chip]);
        ASSERT_TRUE(judged.violations.empty()) << judged.violations.front().what;
        issues[chip] = isa::resolve(spec_.chip, *programs[chip]).issues;
      }
    }
    const auto links = fabric::derive(spec_.chip, system_->topology(), issues);
    for (const auto& violation : fabric::check(spec_, links)) {
      FAIL() << violation.what;
    }
  }

  /// One set of messages, all the way.
  void deliver(const std::vector<fabric::Message>& messages) {
    const fabric::Topology& topology = system_->topology();
    const auto schedule = fabric::schedule(spec_.chip, topology, messages);
    for (const auto& v : fabric::check(spec_.chip, topology, messages, schedule, 1)) {
      FAIL() << v.what;
    }
    const auto programs = compiler::network_programs(spec_.chip, topology, schedule);
    expect_legal(programs);
    system_->load(programs);
    for (std::size_t i = 0; i < schedule.ways.size(); ++i) {
      const auto& way = schedule.ways[i];
      system_->write_vector(way.hops.front().from.chip, way.places.front().slice,
                            way.places.front().row, bytes_of(i));
    }
    const isa::Cycle start = system_->next_start();
    Receives receives(spec_.chip, start);
    system_->set_sink(&receives);
    system_->run(start);
    system_->set_sink(nullptr);
    std::set<std::tuple<int, int, std::int64_t>> expected;
    for (std::size_t i = 0; i < schedule.ways.size(); ++i) {
      const auto& way = schedule.ways[i];
      for (const auto& hop : way.hops) {
        const auto end = *topology.peer(hop.from);
        expected.emplace(end.chip, end.link, hop.receive.value);
      }
      const int to = topology.peer(way.hops.back().from)->chip;
      const auto got = system_->read_vector(to, way.places.back().slice, way.places.back().row);
      ASSERT_EQ(got, bytes_of(i)) << "way " << i;
    }
    ASSERT_EQ(receives.seen, expected);
  }

  fabric::SystemSpec spec_;
  std::unique_ptr<fabric::System> system_;
};

class RandomMessagesTest : public NetworkTest, public testing::WithParamInterface<int> {};

TEST_P(RandomMessagesTest, ArriveInTheirCyclesWithTheirBytes) {
  RandomNetwork random(static_cast<std::uint32_t>(GetParam()));
  fabric::SystemSpec spec = read_spec("tiny");
  if (GetParam() < 6) {
    spec = random.graph(spec);
  } else {
    const isa::ChipSpec chip = spec.chip;
    spec = read_spec(GetParam() == 6 ? "rack72" : GetParam() == 7 ? "quadfour9" : "ring8");
    spec.chip = chip;
  }
  build(spec);
  for (int n = sets(60); n > 0; --n) {
    ASSERT_NO_FATAL_FAILURE(deliver(random.messages(spec.chips, 12, n % 5 == 0 ? 60 : 6)));
  }
}

INSTANTIATE_TEST_SUITE_P(Systems, RandomMessagesTest, testing::Range(0, 9));

// 720 vectors over the links of a node: the queues need text from MEM.
TEST_F(NetworkTest, LargeMessagesOnTheFullChip) {
  build(read_spec("node8"));
  deliver({{0, 1, 300, {0}}, {1, 0, 300, {0}}, {2, 5, 120, {700}}});
}

// What is received a cycle sooner than scheduled is not there yet.
TEST_F(NetworkTest, NoVectorArrivesBeforeItsCycle) {
  build(read_spec("rack72"), tlm::Values::kNone);
  const std::vector<fabric::Message> messages{{0, 71, 1, {0}}};
  auto schedule = fabric::schedule(spec_.chip, system_->topology(), messages);
  schedule.ways[0].hops.back().receive += isa::Cycles{-1};
  system_->load(compiler::network_programs(spec_.chip, system_->topology(), schedule));
  expect_report("lpu/c2c/nothing-arrived");
  EXPECT_THROW(system_->run({0}), tlm::ScheduleError);
}

}  // namespace
}  // namespace lpu::testbench
