// SPDX-License-Identifier: Apache-2.0
// Cycles per second of the whole chip tiny in RTL: with nothing to do, and in a step of the trained
// model's decode.
#include <benchmark/benchmark.h>

#include <stdexcept>
#include <string>

#include "compiler/compile.h"
#include "compiler/model/model.h"
#include "compiler/placement/image.h"
#include "fabric/topology/system_spec.h"
#include "rtl/chip/chip_rtl.h"

namespace lpu::rtl {
namespace {

const fabric::SystemSpec& tiny() {
  static const fabric::SystemSpec spec =
      fabric::read_system_spec(LPU_SOURCE_DIR "/configs/systems/tiny.toml");
  return spec;
}

void chip_idle(benchmark::State& state) {
  ChipRtl chip(RtlContext::process(), "chip", tiny().chip);
  for (auto _ : state) chip.clock();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(chip_idle);

void chip_decode_step(benchmark::State& state) {
  compiler::ModelSource model =
      compiler::ModelSource::open(LPU_SOURCE_DIR "/configs/models/addition");
  const isa::ChipSpec& spec = tiny().chip;
  const compiler::Compiled compiled =
      compiler::compile(tiny(), model.config(), {{compiler::Matmul::kF16, 0, 1}, 1});
  ChipRtl chip(RtlContext::process(), "chip", spec);
  const compiler::Placement& placement = compiled.stages().front().placement;
  for (const auto& row : compiler::memory_image(spec, placement, model, 0)) {
    chip.write_row(row.slice, row.row, row.bytes.data());
  }
  for (const auto& row : compiler::token_image(spec, placement, model.tokenizer().encode("4"))) {
    chip.write_row(row.slice, row.row, row.bytes.data());
  }
  std::int64_t cycles = 0;
  for (auto _ : state) {
    state.PauseTiming();
    chip.load(*compiled.step(0)->programs.front());
    chip.start();
    state.ResumeTiming();
    for (; !chip.done(); ++cycles) chip.clock();
    if (chip.errors() != 0) throw std::logic_error("an assertion of the RTL failed");
  }
  state.SetItemsProcessed(cycles);
}
BENCHMARK(chip_decode_step)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lpu::rtl

BENCHMARK_MAIN();
