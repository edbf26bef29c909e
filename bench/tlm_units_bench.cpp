// SPDX-License-Identifier: Apache-2.0
// What the values of one instruction cost, unit by unit, on 320 lanes.
#include <benchmark/benchmark.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "isa/number/half.h"
#include "tlm/mem/mem_slice.h"
#include "tlm/mxm/mxm_plane.h"
#include "tlm/sxm/sxm_ops.h"
#include "tlm/vxm/alu.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Type;

constexpr int kLanes = 320;
using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(count);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
  return bytes;
}

/// fp16 values of a normal distribution, as low and high bytes.
struct Halves {
  Bytes lo;
  Bytes hi;
  Halves(float deviation, unsigned seed) : lo(kLanes), hi(kLanes) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, deviation);
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint16_t bits = isa::f32_to_f16(normal(random));
      lo[i] = static_cast<std::uint8_t>(bits);
      hi[i] = static_cast<std::uint8_t>(bits >> 8);
    }
  }
};

void load_i8(MxmPlane* plane) {
  const Bytes weights = random_bytes(kLanes * kLanes, 1);
  for (int g = 0; g < plane->groups(); ++g) {
    std::array<const std::uint8_t*, 16> streams;
    for (std::size_t j = 0; j < 16; ++j) {
      streams[j] = weights.data() + (static_cast<std::size_t>(g) * 16 + j) * kLanes;
    }
    plane->load(g, streams.data());
  }
  plane->install();
}

void load_f16(MxmPlane* plane, float deviation) {
  for (int g = 0; g < plane->groups(); ++g) {
    std::vector<Halves> rows;
    for (unsigned i = 0; i < 8; ++i) rows.emplace_back(deviation, static_cast<unsigned>(g) * 8 + i);
    std::array<const std::uint8_t*, 16> streams;
    for (std::size_t i = 0; i < 8; ++i) {
      streams[2 * i] = rows[i].lo.data();
      streams[2 * i + 1] = rows[i].hi.data();
    }
    plane->load(g, streams.data());
  }
  plane->install();
}

void mxm_i8(benchmark::State& state) {
  MxmPlane plane(kLanes);
  load_i8(&plane);
  const Bytes act = random_bytes(kLanes, 2);
  std::vector<std::uint32_t> out(kLanes);
  for (auto _ : state) {
    plane.compute_i8(act.data(), out.data());
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(mxm_i8);

void mxm_i8_load_install_compute(benchmark::State& state) {
  MxmPlane plane(kLanes);
  const Bytes act = random_bytes(kLanes, 2);
  const Bytes weights = random_bytes(16 * kLanes, 3);
  std::array<const std::uint8_t*, 16> streams;
  for (std::size_t j = 0; j < 16; ++j) streams[j] = weights.data() + j * kLanes;
  std::vector<std::uint32_t> out(kLanes);
  for (auto _ : state) {
    for (int g = 0; g < plane.groups(); ++g) plane.load(g, streams.data());
    plane.install();
    plane.compute_i8(act.data(), out.data());
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(mxm_i8_load_install_compute);

/// Weights and activations like a trained model's: one limb each.
void mxm_f16(benchmark::State& state) {
  MxmPlane plane(kLanes);
  load_f16(&plane, 0.02f);
  const Halves act(1.0f, 99);
  std::vector<std::uint32_t> out(kLanes);
  for (auto _ : state) {
    plane.compute_f16(act.lo.data(), act.hi.data(), 0, out.data());
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(mxm_f16);

/// A largest and a smallest number among weights and activations: two limbs each.
void mxm_f16_widest(benchmark::State& state) {
  MxmPlane plane(kLanes);
  Halves values(1.0f, 1);
  values.hi[0] = 0x7b;
  values.hi[1] = 0;
  std::array<const std::uint8_t*, 16> streams;
  for (std::size_t j = 0; j < 16; ++j) streams[j] = (j % 2 == 0 ? values.lo : values.hi).data();
  for (int g = 0; g < plane.groups(); ++g) plane.load(g, streams.data());
  plane.install();
  std::vector<std::uint32_t> out(kLanes);
  for (auto _ : state) {
    plane.compute_f16(values.lo.data(), values.hi.data(), 0, out.data());
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(mxm_f16_widest);

void mxm_f16_load_install_compute(benchmark::State& state) {
  MxmPlane plane(kLanes);
  const Halves row(0.02f, 1);
  const Halves act(1.0f, 2);
  std::array<const std::uint8_t*, 16> streams;
  for (std::size_t j = 0; j < 16; ++j) streams[j] = j % 2 == 0 ? row.lo.data() : row.hi.data();
  std::vector<std::uint32_t> out(kLanes);
  for (auto _ : state) {
    for (int g = 0; g < plane.groups(); ++g) plane.load(g, streams.data());
    plane.install();
    plane.compute_f16(act.lo.data(), act.hi.data(), 0, out.data());
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(mxm_f16_load_install_compute);

void mxm_accumulate_f32(benchmark::State& state) {
  MxmPlane plane(kLanes);
  const std::vector<std::uint32_t> result(kLanes, 0x3f800000);
  for (auto _ : state) {
    benchmark::DoNotOptimize(plane.accumulate(0, true, Type::kF32, result.data()));
  }
}
BENCHMARK(mxm_accumulate_f32);

void vxm(benchmark::State& state, Op op, Type type, Type to = Type::kI8) {
  isa::Insn insn;
  insn.op = op;
  insn.type = type;
  insn.to = to;
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, 2);
  std::vector<std::uint32_t> a(kLanes);
  std::vector<std::uint32_t> out(kLanes);
  for (auto& x : a) {
    const float value = std::abs(normal(random));
    x = type == Type::kF16 ? isa::f32_to_f16(value) : std::bit_cast<std::uint32_t>(value);
  }
  for (auto _ : state) {
    execute(insn, a.data(), a.data(), out.data(), kLanes);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK_CAPTURE(vxm, add_i8, Op::kAdd, Type::kI8);
BENCHMARK_CAPTURE(vxm, mul_sat_i32, Op::kMulSat, Type::kI32);
BENCHMARK_CAPTURE(vxm, add_f32, Op::kAdd, Type::kF32);
BENCHMARK_CAPTURE(vxm, max_f32, Op::kMax, Type::kF32);
BENCHMARK_CAPTURE(vxm, mul_f16, Op::kMul, Type::kF16);
BENCHMARK_CAPTURE(vxm, cast_f32_i8, Op::kCast, Type::kF32, Type::kI8);
BENCHMARK_CAPTURE(vxm, cast_f32_f16, Op::kCast, Type::kF32, Type::kF16);
BENCHMARK_CAPTURE(vxm, cast_f16_f32, Op::kCast, Type::kF16, Type::kF32);
BENCHMARK_CAPTURE(vxm, exp2_f32, Op::kExp2, Type::kF32);
BENCHMARK_CAPTURE(vxm, rsqrt_f32, Op::kRsqrt, Type::kF32);
BENCHMARK_CAPTURE(vxm, tanh_f32, Op::kTanh, Type::kF32);

void vxm_streams(benchmark::State& state, Type type) {
  const Bytes bytes = random_bytes(4 * kLanes, 1);
  Bytes back(4 * kLanes);
  std::array<const std::uint8_t*, 4> in;
  std::array<std::uint8_t*, 4> out;
  for (std::size_t s = 0; s < 4; ++s) {
    in[s] = bytes.data() + s * kLanes;
    out[s] = back.data() + s * kLanes;
  }
  std::vector<std::uint32_t> words(kLanes);
  for (auto _ : state) {
    load(type, in.data(), words.data(), kLanes);
    store(type, words.data(), out.data(), kLanes);
    benchmark::DoNotOptimize(back.data());
  }
}
BENCHMARK_CAPTURE(vxm_streams, i8, Type::kI8);
BENCHMARK_CAPTURE(vxm_streams, f16, Type::kF16);
BENCHMARK_CAPTURE(vxm_streams, f32, Type::kF32);

void mem_write(benchmark::State& state) {
  Bytes storage(64 * kLanes);
  MemSlice slice(storage.data(), 64, kLanes);
  const Bytes data = random_bytes(kLanes, 1);
  int row = 0;
  for (auto _ : state) {
    slice.write(row++ & 63, data.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(mem_write);

void mem_gather(benchmark::State& state) {
  Bytes storage(256 * kLanes);
  MemSlice slice(storage.data(), 256, kLanes);
  Bytes map = random_bytes(kLanes, 1);
  for (std::size_t s = 0; s < 20; ++s) map[s * 16 + 1] = 0;
  Bytes out(kLanes);
  CheckWords checks;
  for (auto _ : state) {
    benchmark::DoNotOptimize(slice.gather(map.data(), out.data(), &checks));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(mem_gather);

void mem_check_vector(benchmark::State& state) {
  Bytes storage(kLanes);
  MemSlice slice(storage.data(), 1, kLanes);
  slice.inject(0, 0, 0);
  slice.inject(0, 0, 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(check_and_correct(storage.data(), *slice.checks(0), kLanes));
  }
}
BENCHMARK(mem_check_vector);

void sxm_permute(benchmark::State& state) {
  const Bytes in = random_bytes(kLanes, 1);
  const Bytes map = random_bytes(kLanes, 2);
  const Bytes zero(kLanes);
  Bytes out(kLanes);
  for (auto _ : state) {
    permute(in.data(), map.data(), zero.data(), out.data(), kLanes);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(sxm_permute);

void sxm_shift_rotate_distribute(benchmark::State& state) {
  const Bytes in = random_bytes(kLanes, 1);
  Bytes out(kLanes);
  for (auto _ : state) {
    shift(in.data(), 5, out.data(), kLanes);
    benchmark::ClobberMemory();
    rotate(in.data(), 5, out.data(), kLanes);
    benchmark::ClobberMemory();
    distribute(in.data(), in.data(), out.data(), kLanes);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(sxm_shift_rotate_distribute);

void sxm_transpose(benchmark::State& state) {
  const Bytes bytes = random_bytes(16 * kLanes, 1);
  Bytes back(16 * kLanes);
  std::array<const std::uint8_t*, 16> in;
  std::array<std::uint8_t*, 16> out;
  for (std::size_t s = 0; s < 16; ++s) {
    in[s] = bytes.data() + s * kLanes;
    out[s] = back.data() + s * kLanes;
  }
  for (auto _ : state) {
    transpose(in.data(), out.data(), kLanes);
    benchmark::DoNotOptimize(back.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(sxm_transpose);

}  // namespace
}  // namespace lpu::tlm

BENCHMARK_MAIN();
