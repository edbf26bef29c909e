// SPDX-License-Identifier: Apache-2.0
// Random programs on several RTL queues, on the model's queues beside them, cycle by cycle, and
// against the timeline of the program, which is worked out by other code.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "isa/check/fetch_check.h"
#include "isa/program/timeline.h"
#include "testbench/cosim/icu/queue_bench.h"
#include "testbench/cosim/icu/queue_programs.h"
#include "tlm/icu/issue_queue.h"

namespace lpu::testbench {
namespace {

/// The model's queues, asked in their cycles, with the chip's rule of the barrier.
class ModelQueues : public tlm::TextSource {
 public:
  ModelQueues(const isa::ChipSpec& spec, const isa::Program& program)
      : spec_(spec), queues_(program.queues.size()), due_(program.queues.size(), 0) {
    constexpr std::size_t kFetchBytes = isa::ChipSpec::kFetchInsns * sizeof(isa::Word);
    const auto vector = static_cast<std::size_t>(spec.vector_bytes());
    memory_.resize(4);
    for (const isa::DataRow& row : isa::text_rows(spec, program)) {
      std::vector<std::uint8_t>& slice = memory_[row.slice];
      slice.resize(std::max(slice.size(), row.row * vector + kFetchBytes));
      std::copy(row.bytes.begin(), row.bytes.end(),
                slice.begin() + static_cast<std::ptrdiff_t>(row.row * vector));
    }
    for (std::size_t q = 0; q < queues_.size(); ++q)
      queues_[q].load(spec, &program.queues[q], this);
  }

  std::vector<QueueBench::Dispatch> step(std::int64_t at) {
    std::vector<QueueBench::Dispatch> dispatched;
    bool notify = false;
    for (std::size_t q = 0; q < queues_.size(); ++q) {
      if (due_[q] != at || queues_[q].ended()) continue;
      const tlm::IssueQueue::Step step = queues_[q].step({at});
      if (step.work != nullptr) {
        dispatched.push_back({at, static_cast<int>(q), isa::encode(*step.work)});
      }
      notify = notify || step.notify;
      due_[q] = step.then == tlm::IssueQueue::Then::kAt ? step.next.value : kParked;
    }
    for (std::int64_t& due : due_) {
      if (notify && due == kParked) due = at + spec_.icu_barrier;
    }
    return dispatched;
  }

  std::span<const std::uint8_t> text(int slice, int row) const override {
    const auto from =
        static_cast<std::size_t>(row) * static_cast<std::size_t>(spec_.vector_bytes());
    return std::span(memory_[static_cast<std::size_t>(slice)]).subspan(from, 640);
  }

 private:
  static constexpr std::int64_t kParked = -1;

  isa::ChipSpec spec_;
  std::vector<tlm::IssueQueue> queues_;
  std::vector<std::int64_t> due_;
  std::vector<std::vector<std::uint8_t>> memory_;  // of a slice
};

struct Config {
  std::string chip;
  int text_latency{1};
  unsigned seed{1};
};

class QueueRandomTest : public testing::TestWithParam<Config> {};

TEST_P(QueueRandomTest, DispatchesWhatTheModelDoesInEveryCycle) {
  const Config& config = GetParam();
  const isa::ChipSpec spec =
      isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/" + config.chip + ".toml");
  std::mt19937 random(config.seed);
  QueueBench bench(spec, 6, config.text_latency);
  std::int64_t instructions = 0;
  std::int64_t fetches = 0;
  for (int round = 0; round < 4; ++round) {
    const isa::Program program = random_queue_program(spec, random, {.instructions = 600});
    const isa::Timeline timeline = isa::resolve(spec, program);
    const isa::Geometry geometry(spec);
    isa::Report report(geometry, program);
    isa::check_fetches(spec, program, timeline, report);
    for (const isa::TimelineFault& f : timeline.faults) {
      FAIL() << "fault " << static_cast<int>(f.kind) << " in cycle " << f.at.value << " of queue "
             << f.queue << ", seed " << config.seed;
    }
    for (const isa::Violation& v : report.take()) FAIL() << v.what;

    ModelQueues model(spec, program);
    bench.load(program);
    bench.start();
    std::vector<QueueBench::Dispatch> all;
    while (!bench.done() && bench.now() < 200000) {
      const std::int64_t at = bench.now();
      const std::vector<QueueBench::Dispatch> got = bench.step();
      ASSERT_EQ(got, model.step(at)) << "cycle " << at << ", seed " << config.seed;
      all.insert(all.end(), got.begin(), got.end());
    }
    ASSERT_TRUE(bench.done());
    ASSERT_EQ(all.size(), timeline.issues.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_EQ(all[i].at, timeline.issues[i].at.value);
      ASSERT_EQ(all[i].insn, isa::encode(timeline.issues[i].insn));
    }
    instructions += program.instructions();
    for (const isa::Issue& control : timeline.control) {
      if (control.insn.op == isa::Op::kIfetch) ++fetches;
    }
  }
  EXPECT_EQ(bench.errors(), 0U);
  RecordProperty("instructions", std::to_string(instructions));
  EXPECT_GT(fetches, 300);
}

// The text network takes 1 to 18 cycles: a word that counts from cycle 20 on must be there then.
INSTANTIATE_TEST_SUITE_P(Chips, QueueRandomTest,
                         testing::Values(Config{"tiny", 1, 1}, Config{"tiny", 9, 2},
                                         Config{"tiny", 19, 3}, Config{"lpu1", 1, 4},
                                         Config{"lpu1", 19, 5}),
                         [](const auto& suite) {
                           return suite.param.chip + "WithTextLatency" +
                                  std::to_string(suite.param.text_latency);
                         });

}  // namespace
}  // namespace lpu::testbench
