// SPDX-License-Identifier: Apache-2.0
// Eight chips with clocks of their own exchange vectors. What they may expect of each other's
// clocks is arithmetic of this test: edges of the oscillators in 128-bit integers.
#include "fabric/system/clocks.h"

#include <algorithm>
#include <iostream>

#include "cli/exit_status.h"
#include "fabric/system/skew_check.h"
#include "testbench/system/system_fixture.h"

namespace lpu::testbench {
namespace {

using testing::HasSubstr;

__extension__ using Int128 = __int128;

constexpr std::int64_t kPeriod = 1'111'111;

/// Over each cable one chip gives its row 5 of W43 to the other, `times` times, `apart` cycles
/// apart: the lower one if the link has an even number, else the higher one. Link k's goes to W(42
/// - k). The first is read in cycle `first`.
struct Rounds {
  std::int64_t first{11'900};
  std::int64_t apart{12'600};
  std::int64_t times{714};  // 9,000,000 cycles: 10 ms
  std::int64_t flight{248};

  static bool sends(int chip, int link) { return (chip < (chip ^ (link + 1))) == (link % 2 == 0); }
  [[nodiscard]] std::int64_t sent() const { return first + 5; }
  [[nodiscard]] std::int64_t received() const { return sent() + 21 + flight; }
  [[nodiscard]] std::string text(int chip) const {
    const std::string again = fmt::format("repeat {}, {}, 0\n", times - 1, apart);
    std::string all = fmt::format(".queue mem_w.slice43\nnop {}\nread 5 -> w0\n{}", first, again);
    for (int link = 0; link < 7; ++link) {
      if (sends(chip, link)) {
        all += fmt::format(".queue c2c_w.link{}\nnop {}\nsend w0\n{}", link, sent(), again);
        continue;
      }
      const std::int64_t written = received() + 25 + (link >= 3 ? 1 : 0);
      all += fmt::format(".queue c2c_w.link{}\nnop {}\nreceive -> e{}\n{}", link, received(), link,
                         again);
      all += fmt::format(".queue mem_w.slice{}\nnop {}\nwrite e{}, 6\n{}", 42 - link, written, link,
                         again);
    }
    return all;
  }
  [[nodiscard]] fabric::ProgramSet programs(const isa::ChipSpec& chip) const {
    fabric::ProgramSet set;
    for (int c = 0; c < 8; ++c) {
      set.push_back(std::make_shared<const isa::Program>(isa::assemble(chip, "rounds", text(c))));
    }
    return set;
  }
};

/// What edges of the oscillators say: cycle 0 is the first epoch after all are settled.
class Arithmetic {
 public:
  explicit Arithmetic(const fabric::SystemSpec& spec)
      : oscillators_(fabric::oscillators_of(spec, 1)) {
    auto alignment = fabric::alignment_of(spec, fabric::Topology(spec), 1);
    for (int chip = 0; chip < spec.chips; ++chip) {
      zero_.push_back(alignment.edge_of_epoch(chip, alignment.settled() + 1));
    }
  }
  /// Of a clock without drift: so many periods, and so many parts in a billion of them less.
  [[nodiscard]] std::int64_t time(int chip, std::int64_t cycle) const {
    const auto c = static_cast<std::size_t>(chip);
    const Int128 nominal = Int128{zero_[c] + cycle} * kPeriod;
    const Int128 parts = nominal * oscillators_[c].config().offset_ppb;
    const Int128 early = parts / 1'000'000'000 - (parts % 1'000'000'000 < 0 ? 1 : 0);
    return oscillators_[c].config().origin.value + static_cast<std::int64_t>(nominal - early);
  }
  /// Of a vector that leaves in cycle `leaves` and takes 217 cycles.
  [[nodiscard]] std::int64_t skew(int from, int to, std::int64_t leaves) const {
    const std::int64_t arrives = time(from, leaves) + 217 * kPeriod;
    std::int64_t cycle = leaves + 217 - 5'000;
    while (time(to, cycle) < arrives) {
      ++cycle;
    }
    return cycle - leaves - 217;
  }

 private:
  std::vector<fabric::Oscillator> oscillators_;
  std::vector<std::int64_t> zero_;
};

class ClocksTest : public SystemTest {
 protected:
  /// Clocks that are off but do not change, and flights that all take 217 cycles.
  fabric::SystemSpec plain() const {
    fabric::SystemSpec spec = spec_;
    spec.flight = {217};
    spec.physical.spread.reset();
    spec.physical.errors.reset();
    spec.physical.clock->drift.value = 0;
    return spec;
  }

  fabric::SystemSpec spec_{read_spec("node8-clocks")};
};

class WindowTest : public ClocksTest, public testing::WithParamInterface<int> {};

TEST_P(WindowTest, SkewIsWhatTheOscillatorsSayWhateverTheWindow) {
  const fabric::SystemSpec spec = plain();
  const Exchange exchange{.receive_at = 5 + 21 + 248};
  fabric::System::Config config;
  config.spec = spec;
  config.window = {GetParam()};
  fabric::System system("lpu", config);
  std::vector<std::uint8_t> row(320);
  for (int chip = 0; chip < 8; ++chip) {
    std::fill(row.begin(), row.end(), static_cast<std::uint8_t>(chip + 1));
    system.chip(chip).write_vector(Exchange::kFirstSlice, Exchange::kRow, row);
  }
  const Arithmetic arithmetic(spec);
  const auto result = fabric::run(system, programs(spec, exchange.text()), {});
  EXPECT_EQ(result.start.value, 0);
  EXPECT_EQ(result.end.value, exchange.end());
  EXPECT_EQ(system.tolerated_skew()->value, 31);
  EXPECT_EQ(result.statistics.links.size(), 56U);
  for (const auto& link : result.statistics.links) {
    const std::int64_t expected = arithmetic.skew(link.from.chip, link.to.chip, 5 + 21);
    EXPECT_EQ(link.least_skew, expected);
    EXPECT_EQ(link.most_skew, expected);
    const auto got = system.chip(link.to.chip)
                         .read_vector(Exchange::slice_of(link.to.link), Exchange::kReceivedRow);
    EXPECT_EQ(got[100], link.from.chip + 1);
  }
  // The next program starts with a later epoch, and counters agree again.
  const auto next = fabric::run(system, programs(spec, exchange.text()), {});
  EXPECT_EQ(next.start.value % 252, 0);
  EXPECT_GE(next.start.value, result.end.value + 217 + 252);
  EXPECT_EQ((next.end - next.start).value, exchange.end());
  EXPECT_GE(next.statistics.least_skew, -2);
  EXPECT_LE(next.statistics.most_skew, 2);
}
INSTANTIATE_TEST_SUITE_P(Windows, WindowTest, testing::Values(1, 64, 0),
                         testing::PrintToStringParamName());

TEST_F(ClocksTest, TenMillisecondsWithRuntimeDeskewStayWithinTheToleratedSkew) {
  const Rounds rounds;
  fabric::System::Config config;
  config.spec = spec_;
  config.values = tlm::Values::kNone;
  fabric::System system("lpu", config);
  const auto result = fabric::run(system, rounds.programs(spec_.chip), {});
  const std::int64_t last = rounds.received() + (rounds.times - 1) * rounds.apart;
  EXPECT_EQ(result.end.value, last + 26 + 2 + 20);
  EXPECT_GT(result.end.value, 8'990'000);
  EXPECT_EQ(result.statistics.link_vectors, 28 * 714);
  EXPECT_EQ(system.tolerated_skew()->value, 20);
  EXPECT_LE(result.statistics.most_skew, 20);
  EXPECT_GE(result.statistics.least_skew, -20);
  EXPECT_GT(result.statistics.most_skew, 1);
  std::cout << "skew " << result.statistics.least_skew << " to " << result.statistics.most_skew
            << " of 20\n";
}

TEST_F(ClocksTest, WithoutRuntimeDeskewItFailsInTheCycleThatArithmeticPredicts) {
  fabric::SystemSpec spec = plain();
  spec.physical.clock->deskew.reset();
  const Rounds rounds;
  const Arithmetic arithmetic(spec);
  std::int64_t round = -1;
  std::vector<std::string> places;
  while (places.empty()) {
    ++round;
    ASSERT_LT(round, rounds.times) << "the clocks agree too well for this test";
    for (int chip = 0; chip < 8; ++chip) {
      for (int link = 0; link < 7; ++link) {
        const int to = chip ^ (link + 1);
        const std::int64_t leaves = rounds.sent() + 21 + round * rounds.apart;
        if (Rounds::sends(chip, link) && arithmetic.skew(chip, to, leaves) > 31) {
          places.push_back(fmt::format("chip{}.c2c_w.link{}", chip, link));
        }
      }
    }
  }
  EXPECT_GT(round, 10);
  expect_report("lpu/link/skew-exceeded");
  fabric::RunOptions options;
  options.values = tlm::Values::kNone;
  try {
    (void)fabric::run(spec, rounds.programs(spec.chip), options);
    FAIL() << "the run ended";
  } catch (const tlm::ScheduleError& e) {
    EXPECT_EQ(e.id(), "lpu/link/skew-exceeded");
    EXPECT_EQ(e.where().at.value, rounds.sent() + round * rounds.apart) << e.what();
    EXPECT_THAT(places,
                testing::Contains(fmt::format("chip{}.{}", e.where().chip, e.where().unit)));
    EXPECT_THAT(e.what(), HasSubstr("the receiver's clock is 32 cycles ahead, the schedule "
                                    "tolerates 31"));
    std::cout << e.what() << '\n';
  }
}

TEST_F(ClocksTest, ChipsThatAlignDoNothingElse) {
  const auto quiet = [this](std::int64_t first) {
    return Rounds{.first = first, .apart = 25'200, .times = 2}.programs(spec_.chip);
  };
  // The last write comes to an end in cycle + 5 + 21 + 248 + 26 + 2, and has left 56 later.
  const std::int64_t latest = 25'200 - 252 - (5 + 21 + 248 + 26 + 2 + 56);
  const fabric::Topology topology(spec_);
  EXPECT_EQ(fabric::judge_skew(spec_, topology, quiet(latest))->value, 20);
  try {
    (void)fabric::judge_skew(spec_, topology, quiet(latest + 1));
    FAIL() << "it works in the stall";
  } catch (const tlm::ScheduleError& e) {
    EXPECT_EQ(e.id(), "lpu/clock/not-quiet");
    EXPECT_THAT(e.what(), HasSubstr("in cycles 24948 to 25199"));
  }
}

TEST_F(ClocksTest, ManySmallErrorsAreCorrectedAndCounted) {
  spec_.physical.errors->interval.value = 200'000;
  spec_.physical.errors->burst.value = 1;
  fabric::System::Config config;
  config.spec = spec_;
  fabric::System system("lpu", config);
  const std::vector<std::uint8_t> row(320, 77);
  for (int chip = 0; chip < 8; ++chip) {
    system.chip(chip).write_vector(Exchange::kFirstSlice, Exchange::kRow, row);
  }
  const auto set = Rounds{.first = 100, .apart = 300, .times = 60}.programs(spec_.chip);
  const auto result = fabric::run(system, set, {});
  // 1,680 frames of 2,688 bits each: 22.6 errors.
  EXPECT_GE(result.statistics.corrected_vectors, 8);
  EXPECT_LE(result.statistics.corrected_vectors, 45);
  EXPECT_EQ(result.statistics.undetected_vectors, 0);
  for (const auto& link : result.statistics.links) {
    if (Rounds::sends(link.from.chip, link.from.link)) {
      const auto got = system.chip(link.to.chip).read_vector(42 - link.to.link, 6);
      EXPECT_TRUE(std::equal(got.begin(), got.end(), row.begin()));
    }
  }
}

TEST_F(ClocksTest, ADamagedVectorEndsTheRunAsAnErrorOfTheMachine) {
  spec_.physical.errors->interval.value = 2'000;
  spec_.physical.errors->burst.value = 28;
  expect_report("lpu/link/flagged-vector");
  const auto set = Rounds{.first = 100, .apart = 300, .times = 60}.programs(spec_.chip);
  try {
    (void)fabric::run(spec_, set);
    FAIL() << "the run ended";
  } catch (const tlm::ScheduleError& e) {
    EXPECT_EQ(e.id(), "lpu/link/flagged-vector");
    EXPECT_EQ(cli::exit_status_of(e), 4);
    EXPECT_THAT(e.what(), testing::MatchesRegex(
                              "lpu/link/flagged-vector: chip. ?.c2c_w.link., cycle .*, "
                              "instruction 1.*: vector .* of chip.*_link.*_to_chip.*_link.* "
                              "comes damaged .*"));
    EXPECT_EQ((e.where().at.value - 105) % 300, 0);
  }
}

TEST_F(ClocksTest, AFifoThatOverflowsEndsTheRun) {
  spec_.physical.fifo->depth.value = 1;
  expect_report("lpu/c2c/fifo-overflow");
  // The second vector comes 30 cycles after the first one, which leaves after 41.
  const auto set = Rounds{.first = 100, .apart = 30, .times = 2}.programs(spec_.chip);
  try {
    (void)fabric::run(spec_, set);
    FAIL() << "the run ended";
  } catch (const tlm::ScheduleError& e) {
    EXPECT_EQ(e.id(), "lpu/c2c/fifo-overflow");
  }
}

}  // namespace
}  // namespace lpu::testbench
