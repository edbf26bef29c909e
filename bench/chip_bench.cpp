// SPDX-License-Identifier: Apache-2.0
// How fast a chip is simulated when most of its units are busy.
#include <benchmark/benchmark.h>

#include <vector>

#include "isa/spec/chip_spec.h"
#include "testbench/chip/timetable.h"
#include "tlm/chip/chip_core.h"
#include "tlm/common/stream_file.h"

namespace lpu {
namespace {

using isa::Hemisphere;
using isa::MxmQueue;
using testbench::Timetable;

const isa::ChipSpec& spec() {
  static const isa::ChipSpec chip = isa::read_chip_spec(LPU_SOURCE_DIR "/configs/chips/lpu1.toml");
  return chip;
}

isa::Stream outward(Hemisphere h, int index) {
  return {isa::outward(h), static_cast<std::uint8_t>(index)};
}

/// In both hemispheres for `cycles` cycles: 16 slices feed the weight buffer of plane 0, a slice
/// feeds activations to each plane, and its results go to MEM; in the middle 4 ALUs add streams.
isa::Program busy_program(int cycles) {
  Timetable table(spec());
  const isa::Geometry& geometry = table.geometry();
  const int more = cycles - 1;
  for (const Hemisphere h : {Hemisphere::kWest, Hemisphere::kEast}) {
    const int in = std::abs(geometry.mxm_in_x(h));
    const std::int64_t begin = 60;
    const auto feed = [&](int slice, int stream) {
      table.repeated(begin - 1 - (in - std::abs(geometry.mem_x(h, slice))),
                     geometry.mem_queue(h, slice), testbench::read_row(0, outward(h, stream)), more,
                     1, 1);
    };
    for (int i = 0; i < 16; ++i) {
      feed(28 + i, i);
    }
    table.repeated(begin, geometry.mxm_queue(h, 0, MxmQueue::kWeights),
                   testbench::load_weights(outward(h, 0), 0), more);
    for (const int plane : {0, 1}) {
      feed(24 + plane, 16 + plane);
      const isa::Stream result{isa::inward(h), static_cast<std::uint8_t>(4 * plane)};
      table.repeated(begin, geometry.mxm_queue(h, plane, MxmQueue::kActivations),
                     testbench::activate(outward(h, 16 + plane)), more);
      table.repeated(begin + 46, geometry.mxm_queue(h, plane, MxmQueue::kAccumulate),
                     testbench::accumulate(0, false, result), more);
    }
    const int out = std::abs(geometry.mxm_out_x(h));
    for (int i = 0; i < 8; ++i) {
      const isa::Stream result{isa::inward(h), static_cast<std::uint8_t>(i)};
      const int slice = 8 + i;
      table.repeated(begin + 47 + out - std::abs(geometry.mem_x(h, slice)),
                     geometry.mem_queue(h, slice), testbench::write_row(result, 0), more, 1, 1);
    }
  }
  for (int alu = 0; alu < 4; ++alu) {
    table.repeated(200, geometry.vxm_queue(alu),
                   testbench::binary(isa::Op::kAdd, isa::Type::kI8, isa::Source::imm(),
                                     isa::Source::imm(), testbench::east(24 + alu)),
                   more);
  }
  return table.program();
}

void chip_runs(benchmark::State& state, tlm::Values values) {
  tlm::ChipCore core({spec(), values, 0, {}}, {});
  const isa::Program program = busy_program(4000);
  isa::Cycle at;
  std::int64_t before = 0;
  core.load(program);
  for (auto _ : state) {
    core.rewind();
    core.start(at);
    core.run_until(at + isa::Cycles{100000});
    at = core.end_cycle();
  }
  before = core.statistics().vector_ops;
  std::int64_t dispatched = 0;
  for (const tlm::Statistics::Queue& queue : core.statistics().queues) {
    dispatched += queue.instructions;
  }
  state.counters["vector_ops"] =
      benchmark::Counter(static_cast<double>(before), benchmark::Counter::kIsRate);
  state.counters["dispatches"] =
      benchmark::Counter(static_cast<double>(dispatched), benchmark::Counter::kIsRate);
  state.counters["chip_cycles"] =
      benchmark::Counter(static_cast<double>(at.value), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(chip_runs, none, tlm::Values::kNone)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chip_runs, full_int8, tlm::Values::kFull)->Unit(benchmark::kMillisecond);

void streams(benchmark::State& state) {
  tlm::StreamFile file(spec(), tlm::Values::kNone);
  std::int64_t t = 0;
  for (auto _ : state) {
    for (int i = 0; i < 16; ++i) {
      const isa::Stream stream = testbench::east(i);
      file.drive(stream, 5, {t});
      benchmark::DoNotOptimize(file.driven(stream, 28, {t + 23}));
    }
    ++t;
  }
  state.SetItemsProcessed(state.iterations() * 32);
}
BENCHMARK(streams);

void eight_chips_are_built(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<std::unique_ptr<tlm::ChipCore>> chips;
    for (int i = 0; i < 8; ++i) {
      chips.push_back(std::make_unique<tlm::ChipCore>(
          tlm::ChipCore::Config{spec(), tlm::Values::kFull, i, {}}, tlm::ChipCore::Send{}));
    }
    benchmark::DoNotOptimize(chips.data());
  }
}
BENCHMARK(eight_chips_are_built)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lpu

BENCHMARK_MAIN();
