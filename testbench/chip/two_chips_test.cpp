// SPDX-License-Identifier: Apache-2.0
// Two chips and a link of fixed flight time between them.
#include <gtest/gtest.h>

#include <memory>

#include "testbench/chip/timetable.h"
#include "testbench/support/systemc_main.h"
#include "tlm/chip/chip.h"

namespace lpu::testbench {
namespace {

using isa::Hemisphere;
using lpu::tlm::Chip;
using lpu::tlm::Values;

const isa::ChipSpec& spec() {
  static const isa::ChipSpec chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  return chip;
}

/// Adds the flight time; answers something else than TLM_COMPLETED if told to.
class Wire : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Wire> rx{"rx"};
  tlm_utils::simple_initiator_socket<Wire> tx{"tx"};

  Wire(const sc_core::sc_module_name& name, const sc_core::sc_time& flight)
      : sc_core::sc_module(name), flight_(flight) {
    rx.register_nb_transport_fw(this, &Wire::on_vector);
  }
  bool refuses{false};

 private:
  ::tlm::tlm_sync_enum on_vector(::tlm::tlm_generic_payload& trans, ::tlm::tlm_phase& phase,
                                 sc_core::sc_time& delay) {
    if (refuses) {
      return ::tlm::TLM_ACCEPTED;
    }
    delay += flight_;
    return tx->nb_transport_fw(trans, phase, delay);
  }
  sc_core::sc_time flight_;
};

class Record : public traces::Sink {
 public:
  void record(const traces::Event& event) override { cycles.push_back(event.at.value); }
  std::vector<std::int64_t> cycles;
};

class TwoChips {
 public:
  explicit TwoChips(std::int64_t window, Values values = Values::kFull) {
    sc_core::sc_set_time_resolution(1, sc_core::SC_FS);
    Chip::Config config;
    config.spec = spec();
    config.values = values;
    config.window = {window};
    a = std::make_unique<Chip>("a", config);
    config.index = 1;
    b = std::make_unique<Chip>("b", config);
    wire = std::make_unique<Wire>("wire", sc_core::sc_time(217 * 1'111'111, sc_core::SC_FS));
    a->tx[8].bind(wire->rx);
    wire->tx.bind(b->rx[0]);
  }

  /// Row 1 of E43 of chip a goes to row 2 of W43 of chip b, `hop` cycles after its read.
  void run_hop(std::int64_t hop, int vectors = 1) {
    start_hop(hop, vectors);
    sc_core::sc_start();
  }
  void start_hop(std::int64_t hop, int vectors) {
    const isa::Geometry geometry(spec());
    Timetable of_a(spec());
    Timetable of_b(spec());
    for (int i = 0; i < vectors; ++i) {
      const std::int64_t at = 27 * i;
      of_a.at(at, geometry.mem_queue(Hemisphere::kEast, 43), read_row(1 + 100 * i, east(3)));
      of_a.at(at + 1 + 4, geometry.c2c_queue(8), send_vector(east(3)));
      // The write ends the hop and takes its 2 cycles; 4 hops before it the vector is driven.
      of_b.at(at + hop - 2 - 4 - 21, geometry.c2c_queue(0), receive_vector(east(5)));
      of_b.at(at + hop - 2, geometry.mem_queue(Hemisphere::kWest, 43),
              write_row(east(5), 2 + 100 * i));
    }
    program_a = of_a.program();
    program_b = of_b.program();
    a->load(program_a);
    b->load(program_b);
    a->start({0});
    b->start({0});
  }

  std::unique_ptr<Chip> a;
  std::unique_ptr<Chip> b;
  std::unique_ptr<Wire> wire;
  isa::Program program_a;
  isa::Program program_b;
};

TEST(TwoChipsTest, AHopFromSramToSramTakes270Cycles) {
  TwoChips chips(217);
  chips.a->write_vector(87, 1, std::vector<std::uint8_t>(320, 0x5a));
  chips.run_hop(270);
  EXPECT_EQ(chips.b->read_vector(43, 2)[319], 0x5a);
  EXPECT_EQ(chips.b->end_cycle().value, 270 + 20);
  EXPECT_EQ(chips.b->unreceived(), 0);
  EXPECT_EQ(sc_core::sc_time_stamp(), chips.b->time_of({290}));
}

TEST(TwoChipsTest, AndNot269) {
  TwoChips chips(217);
  expect_report("lpu/c2c/nothing-arrived");
  EXPECT_THROW(chips.run_hop(269), sc_core::sc_report);
  ASSERT_TRUE(chips.b->error());
  EXPECT_EQ(chips.b->error()->where().chip, 1);
  EXPECT_EQ(chips.b->error()->where().at.value, 269 - 27);
}

// Otherwise the kernel would keep a thread for each of 16 sockets, to make one call of the other.
TEST(TwoChipsTest, ALinkTakesNoBlockingCalls) {
  TwoChips chips(217, Values::kNone);
  ::tlm::tlm_generic_payload trans;
  sc_core::sc_time delay;
  trans.set_command(::tlm::TLM_WRITE_COMMAND);
  chips.run_hop(270);
  chips.wire->tx->b_transport(trans, delay);
  EXPECT_EQ(trans.get_response_status(), ::tlm::TLM_COMMAND_ERROR_RESPONSE);
}

class WindowTest : public testing::TestWithParam<int> {};

TEST_P(WindowTest, NothingChangesWithTheWindow) {
  TwoChips chips(GetParam());
  Record record;
  if (GetParam() != 7) {
    chips.b->set_sink(&record);
  }
  for (int i = 0; i < 5; ++i) {
    chips.a->write_vector(87, 1 + 100 * i,
                          std::vector<std::uint8_t>(320, static_cast<std::uint8_t>(i + 1)));
  }
  chips.run_hop(270, 5);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(chips.b->read_vector(43, 2 + 100 * i)[100], i + 1);
  }
  EXPECT_EQ(chips.a->end_cycle().value, 4 * 27 + 1 + 4 + 21 + 20);
  EXPECT_EQ(chips.b->end_cycle().value, 4 * 27 + 270 + 20);
  EXPECT_EQ(chips.a->statistics().vector_ops, 10);
  EXPECT_EQ(chips.b->statistics().vector_ops, 10);
  EXPECT_EQ(record.cycles.size(), GetParam() != 7 ? 10U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Windows, WindowTest, testing::Values(1, 7, 50, 217));

TEST(TwoChipsTest, WithoutValuesTheCyclesAreTheSame) {
  TwoChips chips(217, Values::kNone);
  chips.run_hop(270, 5);
  EXPECT_EQ(chips.b->end_cycle().value, 4 * 27 + 270 + 20);
  EXPECT_EQ(chips.b->statistics().vector_ops, 10);
}

TEST(TwoChipsTest, AWindowLongerThanTheFlightIsAnError) {
  TwoChips chips(1000);
  expect_report("lpu/c2c/nothing-arrived");
  EXPECT_THROW(chips.run_hop(270), sc_core::sc_report);
}

TEST(TwoChipsTest, ALinkThatDoesNotCompleteIsAnError) {
  TwoChips chips(217);
  chips.wire->refuses = true;
  expect_report("lpu/c2c/not-completed");
  EXPECT_THROW(chips.run_hop(270), sc_core::sc_report);
  EXPECT_EQ(chips.a->error()->where().unit, "c2c_e.link8");
}

/// More than a program of 20 vectors takes.
sc_core::sc_time quantum() { return {10, sc_core::SC_US}; }

TEST(TwoChipsTest, ALeaderRunsItsChipsAheadOfTheKernelAndNothingElseChanges) {
  TwoChips chips(217);
  chips.b->lead({chips.a.get(), chips.b.get()}, quantum());
  for (int i = 0; i < 20; ++i) {
    chips.a->write_vector(87, 1 + 100 * i,
                          std::vector<std::uint8_t>(320, static_cast<std::uint8_t>(i + 1)));
  }
  chips.start_hop(270, 20);
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_FS));
  EXPECT_TRUE(chips.a->finished());
  EXPECT_TRUE(chips.b->finished());
  sc_core::sc_start();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(chips.b->read_vector(43, 2 + 100 * i)[100], i + 1);
  }
  EXPECT_EQ(chips.a->end_cycle().value, 19 * 27 + 1 + 4 + 21 + 20);
  EXPECT_EQ(chips.b->end_cycle().value, 19 * 27 + 270 + 20);
  EXPECT_EQ(sc_core::sc_time_stamp(), chips.b->time_of({19 * 27 + 290}));
}

TEST(TwoChipsTest, AQuantumWithoutTheChipThatSendsIsAnError) {
  TwoChips chips(217);
  chips.b->lead({chips.b.get()}, quantum());
  expect_report("lpu/c2c/nothing-arrived");
  chips.start_hop(270, 20);
  EXPECT_THROW(sc_core::sc_start(), sc_core::sc_report);
  EXPECT_EQ(chips.b->error()->where().chip, 1);
}

TEST(TwoChipsTest, TheNextProgramMayBeginWhereTheLastEnded) {
  TwoChips chips(217);
  chips.run_hop(270);
  chips.a->rewind();
  chips.b->rewind();
  chips.a->start(chips.b->end_cycle());
  chips.b->start(chips.b->end_cycle());
  sc_core::sc_start();
  EXPECT_EQ(chips.b->end_cycle().value, 2 * 290);
}

}  // namespace
}  // namespace lpu::testbench
