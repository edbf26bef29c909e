// SPDX-License-Identifier: Apache-2.0
// Cycles per second of the Verilated units through their adapters: with nothing to do, and with
// every queue dispatching in every cycle.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include "isa/insn/insn.h"
#include "rtl/c2c/c2c_link_rtl.h"
#include "rtl/icu/icu_queue_rtl.h"
#include "rtl/mem/mem_slice_rtl.h"
#include "rtl/mxm/mxm_station_rtl.h"
#include "rtl/sxm/sxm_rtl.h"
#include "rtl/vxm/vxm_rtl.h"
#include "tlm/mem/secded.h"

namespace lpu::rtl {
namespace {

using isa::Direction;
using isa::Insn;
using isa::Op;
using isa::Stream;

/// Finite fp32 numbers of a superlane's size, with their check bits.
class Operand {
 public:
  explicit Operand(int superlanes) : bytes_(16 * static_cast<std::size_t>(superlanes)) {
    std::mt19937 random(1);
    for (std::uint8_t& byte : bytes_) byte = static_cast<std::uint8_t>(random()) & 0x3f;
    for (std::size_t r = 0; r < bytes_.size() / 16; ++r) {
      checks_[r] = tlm::secded_encode(&bytes_[16 * r]);
    }
  }
  void present(UnitRtl& unit, int stream) const { unit.present(stream, bytes_.data(), checks_); }

 private:
  std::vector<std::uint8_t> bytes_;
  UnitRtl::Checks checks_{};
};

void idle(benchmark::State& state, UnitRtl& unit) {
  for (auto _ : state) unit.clock();
  state.SetItemsProcessed(state.iterations());
}

/// `cycle` says what happens in cycle t.
void busy(benchmark::State& state, UnitRtl& unit, const std::function<void(int)>& cycle) {
  int t = 0;
  for (auto _ : state) {
    cycle(t++);
    unit.clock();
  }
  if (unit.errors() != 0) throw std::logic_error("the benchmark broke its own schedule");
  state.SetItemsProcessed(state.iterations());
}

Insn insn_of(Op op, int in, int out) {
  Insn insn;
  insn.op = op;
  insn.in = Stream{Direction::kEast, static_cast<std::uint8_t>(in)};
  insn.out = Stream{Direction::kWest, static_cast<std::uint8_t>(out)};
  return insn;
}

void mem_slice(benchmark::State& state) {
  const auto slice =
      MemSliceRtl::make(RtlContext::process(), "rtl", static_cast<int>(state.range(0)));
  if (state.range(1) == 0) return idle(state, *slice);
  const Operand operand(slice->superlanes());
  busy(state, *slice, [&](int t) {
    Insn insn = insn_of(t % 2 == 0 ? Op::kRead : Op::kWrite, 3, 5);
    insn.addr = static_cast<std::uint16_t>(t % 1000 + (t % 2 == 0 ? 0 : 4096));
    if (t % 2 != 0) insn.out.reset();
    if (t % 2 == 0) insn.in.reset();
    slice->issue(0, isa::encode(insn));
    operand.present(*slice, 3);
  });
}

void vxm(benchmark::State& state) {
  const auto unit = make_vxm_rtl(RtlContext::process(), "rtl", static_cast<int>(state.range(0)));
  if (state.range(1) == 0) return idle(state, *unit);
  const Operand operand(unit->superlanes());
  busy(state, *unit, [&](int) {
    for (int alu = 0; alu < 16; ++alu) {
      Insn insn;
      insn.op = alu % 2 == 0 ? Op::kMul : Op::kAdd;
      insn.type = isa::Type::kF32;
      insn.a = isa::Source::stream({Direction::kEast, 0});
      insn.b = isa::Source::stream({Direction::kEast, 4});
      // Sixteen streams a direction are enough for eight results of four bytes.
      if (alu < 8) insn.out = Stream{Direction::kWest, static_cast<std::uint8_t>(4 * alu)};
      unit->issue(alu, isa::encode(insn));
    }
    for (int stream = 0; stream < 8; ++stream) operand.present(*unit, stream);
  });
}

/// Weights once, then int8 activations and results in every cycle.
void mxm_station(benchmark::State& state) {
  const auto unit =
      make_mxm_station_rtl(RtlContext::process(), "rtl", static_cast<int>(state.range(0)));
  if (state.range(1) == 0) return idle(state, *unit);
  const Operand operand(unit->superlanes());
  const int groups = unit->superlanes();
  busy(state, *unit, [&](int t) {
    if (t < groups) {
      Insn lw = insn_of(Op::kLw, 0, 0);
      lw.out.reset();
      lw.addr = static_cast<std::uint16_t>(t);
      unit->issue(static_cast<int>(isa::MxmQueue::kWeights), isa::encode(lw));
      for (int stream = 0; stream < 16; ++stream) operand.present(*unit, stream);
    } else if (t == groups) {
      Insn iw;
      iw.op = Op::kIw;
      unit->issue(static_cast<int>(isa::MxmQueue::kWeights), isa::encode(iw));
    } else {
      Insn abc = insn_of(Op::kAbc, 16, 0);
      abc.out.reset();
      unit->issue(static_cast<int>(isa::MxmQueue::kActivations), isa::encode(abc));
      operand.present(*unit, 16);
    }
    // A result is driven 47 cycles after its activations, the cycle after its acc.
    if (t < groups + 1 + 46) return;
    Insn acc = insn_of(Op::kAcc, 0, 4);
    acc.in.reset();
    unit->issue(static_cast<int>(isa::MxmQueue::kAccumulate), isa::encode(acc));
  });
}

/// A head that repeats an instruction for as long as it can; then it is loaded again.
void icu_queue(benchmark::State& state) {
  IcuQueueRtl queue(RtlContext::process(), "rtl", static_cast<int>(state.range(0)));
  Insn repeat;
  repeat.op = Op::kRepeat;
  repeat.count = UINT16_MAX;
  Insn read = insn_of(Op::kRead, 0, 0);
  read.in.reset();
  const std::vector<isa::Word> head{isa::encode(read), isa::encode(repeat)};
  IcuQueueRtl::Inputs inputs;
  for (auto _ : state) {
    if (state.range(1) != 0 && queue.outputs().done) {
      queue.load(2, head);
      inputs.start = true;
    }
    queue.clock(inputs);
    inputs.start = false;
  }
  if (queue.errors() != 0) throw std::logic_error("the benchmark broke its own schedule");
  state.SetItemsProcessed(state.iterations());
}

void sxm(benchmark::State& state) {
  const auto unit = make_sxm_rtl(RtlContext::process(), "rtl", static_cast<int>(state.range(0)));
  if (state.range(1) == 0) return idle(state, *unit);
  const Operand operand(unit->superlanes());
  busy(state, *unit, [&](int) {
    Insn shift = insn_of(Op::kShift, 0, 0);
    shift.stride = 3;
    Insn rotate = insn_of(Op::kRotate, 4, 4);
    rotate.stride = 3;
    unit->issue(0, isa::encode(shift));
    unit->issue(3, isa::encode(rotate));
    operand.present(*unit, 0);
    operand.present(*unit, 4);
  });
}

void c2c_link(benchmark::State& state) {
  const auto link =
      C2cLinkRtl::make(RtlContext::process(), "rtl", static_cast<int>(state.range(0)));
  UnitRtl& unit = link->unit();
  if (state.range(1) == 0) return idle(state, unit);
  const Operand operand(unit.superlanes());
  // A vector as often as a link takes one.
  busy(state, unit, [&](int t) {
    if (t % 27 != 0) return;
    Insn send;
    send.op = Op::kSend;
    send.in = Stream{Direction::kEast, 3};
    unit.issue(0, isa::encode(send));
    operand.present(unit, 3);
  });
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"superlanes", "busy"})->ArgsProduct({{2, 20}, {0, 1}});
}
BENCHMARK(mem_slice)->Apply(sizes);
BENCHMARK(vxm)->Apply(sizes);
BENCHMARK(mxm_station)->Apply(sizes);
BENCHMARK(icu_queue)->Apply(sizes);
BENCHMARK(sxm)->Apply(sizes);
BENCHMARK(c2c_link)->Apply(sizes);

}  // namespace
}  // namespace lpu::rtl

BENCHMARK_MAIN();
