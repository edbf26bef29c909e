// SPDX-License-Identifier: Apache-2.0
// Cycles per second of the Verilated matrix plane through its adapter. Every cycle dispatches an
// `abc` and collects a result, so a cycle is a whole [1 x 320] x [320 x 320] product.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

#include "rtl/mxm/mxm_plane_rtl.h"

namespace lpu::rtl {
namespace {

constexpr unsigned kLanes = 320;

class Plane {
 public:
  Plane() : weights_(std::size_t{16} * kLanes), activations_(std::size_t{2} * kLanes) {
    std::mt19937 random(1);
    // Without bit 2 of the exponent no fp16 is special.
    for (std::uint8_t& byte : weights_) byte = static_cast<std::uint8_t>(random()) & 0xbf;
    for (std::uint8_t& byte : activations_) byte = static_cast<std::uint8_t>(random()) & 0xbf;
  }

  void load(unsigned group) {
    MxmPlaneRtl::Inputs in;
    in.lw_valid = true;
    in.group = static_cast<std::uint8_t>(group);
    for (unsigned j = 0; j < 16; ++j) in.lw_streams[j] = &weights_[std::size_t{j} * kLanes];
    rtl_.clock(in);
  }

  void install() { rtl_.clock({.iw_valid = true}); }

  void fill() {
    for (unsigned group = 0; group < kLanes / 16; ++group) load(group);
    install();
  }

  void multiply(bool fp16, bool collect, bool add = false) {
    MxmPlaneRtl::Inputs in;
    in.abc_valid = true;
    in.fp16 = fp16;
    in.abc = {activations_.data(), &activations_[kLanes]};
    in.acc_valid = collect;
    in.fp32 = fp16;
    in.add = add;
    in.out = true;
    rtl_.clock(in);
    ++activations_[0];
  }

  void idle() { rtl_.clock({}); }

  void check() const {
    if (rtl_.errors() != 0) throw std::logic_error("the benchmark broke its own schedule");
  }

 private:
  MxmPlaneRtl rtl_{RtlContext::process(), "rtl", kLanes};
  std::vector<std::uint8_t> weights_;
  std::vector<std::uint8_t> activations_;
};

void multiply(benchmark::State& state) {
  const bool fp16 = state.range(0) != 0;
  const bool add = state.range(1) != 0;
  Plane plane;
  plane.fill();
  for (unsigned i = 1; i < MxmPlaneRtl::kResultLatency; ++i) plane.multiply(fp16, false);
  for (auto _ : state) plane.multiply(fp16, true, add);
  plane.check();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(multiply)->ArgNames({"fp16", "add"})->ArgsProduct({{0, 1}, {0, 1}});

void load_weights(benchmark::State& state) {
  Plane plane;
  unsigned group = 0;
  for (auto _ : state) plane.load(group++ % (kLanes / 16));
  plane.check();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(load_weights);

void install_weights(benchmark::State& state) {
  Plane plane;
  for (auto _ : state) plane.install();
  plane.check();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(install_weights);

void idle(benchmark::State& state) {
  Plane plane;
  for (auto _ : state) plane.idle();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(idle);

}  // namespace
}  // namespace lpu::rtl

BENCHMARK_MAIN();
