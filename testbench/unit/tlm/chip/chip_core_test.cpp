// SPDX-License-Identifier: Apache-2.0
#include "isa/program/timeline.h"
#include "testbench/unit/tlm/chip/core_fixture.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Source;
using isa::Type;

class Record : public traces::Sink {
 public:
  void record(const traces::Event& event) override { events.push_back(event); }
  std::vector<traces::Event> events;
};

/// A bit of everything: MEM, VXM chains, SXM, both hemispheres.
class ChipCoreTest : public CoreFixture {
 protected:
  void mixture() {
    place(kWest, 3, 10, ramp(7));
    for (int slice = 0; slice < 16; ++slice) {
      place(kEast, slice, 10, constant(slice));
      table.repeated(40 + 7 * slice, geometry.mem_queue(kEast, slice), read_row(10, east(slice)), 5,
                     3, 1);
    }
    read_for(kWest, 3, 10, east(20), 0, 30);
    table.at(30, geometry.vxm_queue(1),
             binary(Op::kMov, Type::kI8, Source::stream(east(20)), Source{}));
    table.at(33, geometry.vxm_queue(2),
             binary(Op::kAdd, Type::kI8, Source::alu(1), Source::alu(1), east(21)));
    table.at(41, geometry.mem_queue(kEast, 43), insn_of(Op::kSync));
    table.at(42, geometry.mem_queue(kEast, 43), read_row(3, west(0)));
    table.at(290, geometry.mem_queue(kEast, 42), insn_of(Op::kNotify));
  }
  static std::vector<traces::Event> events_of(ChipCore& chip, const isa::Program& to_run) {
    Record record;
    chip.set_sink(&record);
    chip.load(to_run);
    chip.start({kStart});
    chip.run_until({kStart + 10000});
    chip.set_sink(nullptr);
    EXPECT_EQ(chip.state(), ChipState::kFinished);
    return record.events;
  }
};

TEST_F(ChipCoreTest, ARunWithoutValuesHasTheSameEventsCyclesAndCounts) {
  mixture();
  program = table.program();
  ChipCore none({chip_spec(), Values::kNone, 0, {}}, {});
  const std::vector<traces::Event> full_events = events_of(core, program);
  const std::vector<traces::Event> none_events = events_of(none, program);
  ASSERT_EQ(full_events.size(), none_events.size());
  for (std::size_t i = 0; i < full_events.size(); ++i) {
    EXPECT_EQ(full_events[i].at, none_events[i].at);
    EXPECT_EQ(full_events[i].queue, none_events[i].queue);
    EXPECT_EQ(full_events[i].insn, none_events[i].insn);
  }
  EXPECT_EQ(core.end_cycle(), none.end_cycle());
  EXPECT_EQ(core.statistics().vector_ops, none.statistics().vector_ops);
}

TEST_F(ChipCoreTest, EventsAreTheTimelineOfTheProgram) {
  mixture();
  program = table.program();
  const std::vector<traces::Event> events = events_of(core, program);
  const isa::Timeline timeline = isa::resolve(chip_spec(), program);
  ASSERT_TRUE(timeline.faults.empty());
  ASSERT_EQ(events.size(), timeline.issues.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].at.value, kStart + timeline.issues[i].at.value);
    EXPECT_EQ(events[i].queue, timeline.issues[i].queue);
    EXPECT_EQ(events[i].insn, timeline.issues[i].insn);
  }
  EXPECT_EQ(core.end_cycle().value, kStart + timeline.end.value);
}

TEST_F(ChipCoreTest, TheSizeOfTheStepsDoesNotMatter) {
  mixture();
  program = table.program();
  const std::vector<traces::Event> whole = events_of(core, program);
  ChipCore other({chip_spec(), Values::kFull, 0, {}}, {});
  other.mem().place(3, 10, ramp(7));
  Record record;
  other.set_sink(&record);
  other.load(program);
  other.start({kStart});
  for (std::int64_t t = kStart; other.state() == ChipState::kRunning; t += 7) {
    other.run_until({t});
  }
  EXPECT_EQ(record.events.size(), whole.size());
  EXPECT_EQ(other.end_cycle(), core.end_cycle());
  EXPECT_EQ(other.statistics().vector_ops, core.statistics().vector_ops);
}

TEST_F(ChipCoreTest, AProgramRunsAgainAfterRewindAndStartsWhereTheFirstEnded) {
  mixture();
  run();
  const isa::Cycle first_end = core.end_cycle();
  core.rewind();
  core.start(first_end);
  core.run_until(first_end + isa::Cycles{10000});
  EXPECT_EQ((core.end_cycle() - first_end).value, first_end.value - kStart);
}

TEST_F(ChipCoreTest, ATextFromMemoryRunsOnTheChip) {
  const int queue = geometry.mem_queue(kEast, 5);
  program.queues.resize(static_cast<std::size_t>(geometry.queues()));
  std::vector<isa::Insn>& list = program.queues[static_cast<std::size_t>(queue)];
  list.assign(60, read_row(1, east(0)));
  list[0] = insn_of(Op::kIfetch);
  list[0].count = 70;
  list[0].addr = 4000;
  list[59] = read_row(2, east(1));
  run(program);
  EXPECT_TRUE(driven(east(1), geometry.mem_x(kEast, 5), 60));
  EXPECT_EQ(core.statistics().queues[static_cast<std::size_t>(queue)].instructions, 59);

  // What runs is what stands in MEM.
  core.rewind();
  std::vector<std::uint8_t> text = row(kEast, 70 - 44, 4000);
  const isa::Word other = isa::encode(read_row(2, east(9)));
  std::copy(other.begin(), other.end(), text.begin() + 3 * 16);
  place(kEast, 70 - 44, 4000, text);
  core.start({kStart + 1000});
  core.run_until({kStart + 2000});
  EXPECT_TRUE(driven(east(9), geometry.mem_x(kEast, 5), 1000 + 44));
}

TEST_F(ChipCoreTest, MemoryIsZeroUntilWritten) {
  EXPECT_EQ(row(kWest, 43, 8191), constant(0));
  EXPECT_EQ(core.mem().bytes().size(), 220U << 20U);
}

TEST_F(ChipCoreTest, StartNeedsALoadedProgramAndACycleToCome) {
  EXPECT_THROW(core.start({0}), std::logic_error);
  EXPECT_THROW(core.rewind(), std::logic_error);
  core.load(program);
  core.start({kStart});
  EXPECT_THROW(core.start({kStart}), std::logic_error);
}

TEST_F(ChipCoreTest, RtlThatWasNotBuiltForThisChipIsRefused) {
  ChipCore::Config config{chip_spec(), Values::kFull, 0, [](std::string_view unit) {
                            return unit == "mxm_e.plane0" ? Fidelity::kBoth : Fidelity::kTlm;
                          }};
  config.spec.mxm_result_latency = 48;
  EXPECT_THROW(ChipCore(config, {}), std::invalid_argument);
#ifndef LPU_WITH_RTL
  config.spec = chip_spec();
  EXPECT_THROW(ChipCore(config, {}), std::invalid_argument);
#endif
}

}  // namespace
}  // namespace lpu::tlm
