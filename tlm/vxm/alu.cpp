// SPDX-License-Identifier: Apache-2.0
#include "tlm/vxm/alu.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "isa/number/half.h"
#include "tlm/common/lanes.h"
#include "tlm/vxm/special.h"

namespace lpu::tlm {
namespace {

using isa::Op;
using isa::Type;

// Everything below is inlined into one function of each instruction set, whose loops over lanes
// the compiler turns into vector code.
#define LPU_INLINE [[gnu::always_inline]] inline

/// Sixteen lanes at a time into a buffer of their own: `out` may be an operand.
template <class F>
LPU_INLINE void each(const std::uint32_t* a, const std::uint32_t* b, std::uint32_t* out, int lanes,
                     F f) {
  for (int base = 0; base < lanes; base += kSuperlaneLanes) {
    std::uint32_t results[kSuperlaneLanes];
    for (int i = 0; i < kSuperlaneLanes; ++i) results[i] = f(a[base + i], b[base + i]);
    std::memcpy(out + base, results, sizeof results);
  }
}

// Integers of Bits bits, sign-extended.

template <int Bits>
LPU_INLINE std::int32_t extend(std::uint32_t bits) {
  return static_cast<std::int32_t>(bits << (32 - Bits)) >> (32 - Bits);
}

template <int Bits>
LPU_INLINE std::uint32_t wrap(std::uint32_t value) {
  return static_cast<std::uint32_t>(extend<Bits>(value));
}

template <int Bits>
inline constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max() >> (32 - Bits);

/// Sums and products of narrow types fit 32 bits, which vector code likes better.
template <int Bits>
using Wide = std::conditional_t<Bits == 32, std::int64_t, std::int32_t>;

template <int Bits>
LPU_INLINE std::uint32_t saturate(Wide<Bits> value) {
  const Wide<Bits> most = kMost<Bits>;
  return static_cast<std::uint32_t>(std::clamp<Wide<Bits>>(value, -most - 1, most));
}

LPU_INLINE std::uint32_t mask(bool condition) { return condition ? 0xffff'ffff : 0; }

LPU_INLINE std::uint32_t u32(std::int32_t value) { return static_cast<std::uint32_t>(value); }

// Floats.

LPU_INLINE float as_float(std::uint32_t bits) { return std::bit_cast<float>(bits); }

LPU_INLINE std::uint32_t canonical(float value) {
  return value != value ? isa::kNanF32 : std::bit_cast<std::uint32_t>(value);
}

/// Orders fp32 bits as integers, -0 below +0.
LPU_INLINE std::int32_t order(std::uint32_t bits) {
  const auto value = static_cast<std::int32_t>(bits);
  return value ^ ((value >> 31) & 0x7fff'ffff);
}

LPU_INLINE bool is_nan(std::uint32_t bits) { return (bits & 0x7fff'ffff) > 0x7f80'0000; }

LPU_INLINE std::uint32_t maximum(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t larger = order(a) > order(b) ? a : b;
  return (is_nan(a) || is_nan(b)) ? isa::kNanF32 : larger;
}

LPU_INLINE std::uint32_t minimum(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t smaller = order(a) < order(b) ? a : b;
  return (is_nan(a) || is_nan(b)) ? isa::kNanF32 : smaller;
}

/// To nearest, ties to even, saturating; NaN gives 0.
template <int Bits>
LPU_INLINE std::uint32_t to_integer(std::uint32_t bits) {
  const float value = is_nan(bits) ? 0.0f : as_float(bits);
  // 2^31 is a float and the largest i32 is not: what reaches 2^31 is replaced after the conversion.
  constexpr float kLimit = static_cast<float>(std::int64_t{1} << (Bits - 1));
  constexpr float kBelow = Bits == 32 ? 2147483520.0f : kLimit - 1;
  const float bounded = std::min(std::max(value, -kLimit), kBelow);
  const auto rounded = static_cast<std::int32_t>(std::nearbyint(bounded));
  return value >= kLimit ? u32(kMost<Bits>) : u32(rounded);
}

// One function for each kind of type.

template <int Bits>
LPU_INLINE void execute_integer(Op op, const std::uint32_t* a, const std::uint32_t* b,
                                std::uint32_t* out, int lanes) {
  const auto pair = [=](auto f) {
    each(a, b, out, lanes, [=](std::uint32_t x, std::uint32_t y) [[gnu::always_inline]] {
      return f(extend<Bits>(x), extend<Bits>(y));
    });
  };
  using W = Wide<Bits>;
  using I = std::int32_t;
  switch (op) {
    case Op::kAdd:
      return pair([](I x, I y) { return wrap<Bits>(u32(x) + u32(y)); });
    case Op::kSub:
      return pair([](I x, I y) { return wrap<Bits>(u32(x) - u32(y)); });
    case Op::kMul:
      return pair([](I x, I y) { return wrap<Bits>(u32(x) * u32(y)); });
    case Op::kAddSat:
      return pair([](I x, I y) { return saturate<Bits>(W{x} + y); });
    case Op::kSubSat:
      return pair([](I x, I y) { return saturate<Bits>(W{x} - y); });
    case Op::kMulSat:
      return pair([](I x, I y) { return saturate<Bits>(W{x} * y); });
    case Op::kMax:
      return pair([](I x, I y) { return u32(std::max(x, y)); });
    case Op::kMin:
      return pair([](I x, I y) { return u32(std::min(x, y)); });
    case Op::kEq:
      return pair([](I x, I y) { return mask(x == y); });
    case Op::kLt:
      return pair([](I x, I y) { return mask(x < y); });
    case Op::kLe:
      return pair([](I x, I y) { return mask(x <= y); });
    case Op::kRelu:
      return pair([](I x, I) { return u32(std::max(x, 0)); });
    default:
      return;
  }
}

/// fp16 is computed as fp32 and rounded once more. For one addition or multiplication that is the
/// correctly rounded fp16 result, because 24 >= 2 * 11 + 2 bits.
template <bool IsHalf>
LPU_INLINE void execute_float(Op op, const std::uint32_t* a, const std::uint32_t* b,
                              std::uint32_t* out, int lanes) {
  using U = std::uint32_t;
  const auto widen = [](U x) { return IsHalf ? isa::f16_to_f32_bits(x) : x; };
  const auto compare = [=](auto f) {
    each(a, b, out, lanes,
         [=](U x, U y) { return mask(f(as_float(widen(x)), as_float(widen(y)))); });
  };
  const auto pair = [=](auto f) {
    each(a, b, out, lanes, [=](U x, U y) {
      const U result = f(widen(x), widen(y));
      return IsHalf ? isa::f32_to_f16_bits(result) : result;
    });
  };
  switch (op) {
    case Op::kAdd:
    case Op::kAddSat:
      return pair([](U x, U y) { return canonical(as_float(x) + as_float(y)); });
    case Op::kSub:
    case Op::kSubSat:
      return pair([](U x, U y) { return canonical(as_float(x) - as_float(y)); });
    case Op::kMul:
    case Op::kMulSat:
      return pair([](U x, U y) { return canonical(as_float(x) * as_float(y)); });
    case Op::kMax:
      return pair([](U x, U y) { return maximum(x, y); });
    case Op::kMin:
      return pair([](U x, U y) { return minimum(x, y); });
    case Op::kRelu:
      return pair([](U x, U) { return maximum(x, 0); });
    case Op::kEq:
      return compare([](float x, float y) { return x == y; });
    case Op::kLt:
      return compare([](float x, float y) { return x < y; });
    case Op::kLe:
      return compare([](float x, float y) { return x <= y; });
    case Op::kExp2:
      return pair([](U x, U) { return special_exp2(x); });
    case Op::kRsqrt:
      return pair([](U x, U) { return special_rsqrt(x); });
    case Op::kTanh:
      return pair([](U x, U) { return special_tanh(x); });
    default:
      return;
  }
}

/// Shifts by b mod 32 of the bits of the type; shr copies the sign bit.
template <int Bits, bool Extend>
LPU_INLINE void execute_shift(Op op, const std::uint32_t* a, const std::uint32_t* b,
                              std::uint32_t* out, int lanes) {
  using U = std::uint32_t;
  const auto fit = [](U x) { return Extend ? wrap<Bits>(x) : x & (0xffff'ffff >> (32 - Bits)); };
  if (op == Op::kShl) {
    each(a, b, out, lanes, [=](U x, U n) { return fit(x << (n & 31)); });
  } else {
    each(a, b, out, lanes, [=](U x, U n) { return fit(u32(extend<Bits>(x) >> (n & 31))); });
  }
}

template <int Bits>
LPU_INLINE void cast_integer(Type to, const std::uint32_t* a, std::uint32_t* out, int lanes) {
  using U = std::uint32_t;
  const auto convert = [=](auto f) {
    each(a, a, out, lanes, [=](U x, U) { return f(extend<Bits>(x)); });
  };
  using I = std::int32_t;
  const auto to_float = [](I x) { return std::bit_cast<U>(static_cast<float>(x)); };
  switch (to) {
    case Type::kI8:
      return convert([](I x) { return u32(std::clamp(x, -128, 127)); });
    case Type::kI16:
      return convert([](I x) { return u32(std::clamp(x, -32768, 32767)); });
    case Type::kI32:
      return convert([](I x) { return u32(x); });
    // The first rounding is exact up to 2^24, and what is larger is infinite in fp16.
    case Type::kF16:
      return convert([=](I x) { return isa::f32_to_f16_bits(to_float(x)); });
    case Type::kF32:
      return convert(to_float);
  }
}

template <bool IsHalf>
LPU_INLINE void cast_float(Type to, const std::uint32_t* a, std::uint32_t* out, int lanes) {
  using U = std::uint32_t;
  const auto convert = [=](auto f) {
    each(a, a, out, lanes, [=](U x, U) { return f(IsHalf ? isa::f16_to_f32_bits(x) : x); });
  };
  switch (to) {
    case Type::kI8:
      return convert([](U x) { return to_integer<8>(x); });
    case Type::kI16:
      return convert([](U x) { return to_integer<16>(x); });
    case Type::kI32:
      return convert([](U x) { return to_integer<32>(x); });
    case Type::kF16:
      return convert([](U x) { return isa::f32_to_f16_bits(x); });
    case Type::kF32:
      return convert([](U x) { return canonical(as_float(x)); });
  }
}

LPU_INLINE void execute_cast(Type type, Type to, const std::uint32_t* a, std::uint32_t* out,
                             int lanes) {
  switch (type) {
    case Type::kI8:
      return cast_integer<8>(to, a, out, lanes);
    case Type::kI16:
      return cast_integer<16>(to, a, out, lanes);
    case Type::kI32:
      return cast_integer<32>(to, a, out, lanes);
    case Type::kF16:
      return cast_float<true>(to, a, out, lanes);
    case Type::kF32:
      return cast_float<false>(to, a, out, lanes);
  }
}

LPU_INLINE void execute_shift(Op op, Type type, const std::uint32_t* a, const std::uint32_t* b,
                              std::uint32_t* out, int lanes) {
  switch (type) {
    case Type::kI8:
      return execute_shift<8, true>(op, a, b, out, lanes);
    case Type::kI16:
      return execute_shift<16, true>(op, a, b, out, lanes);
    case Type::kF16:
      return execute_shift<16, false>(op, a, b, out, lanes);
    case Type::kI32:
    case Type::kF32:
      return execute_shift<32, true>(op, a, b, out, lanes);
  }
}

LPU_INLINE void execute_typed(Op op, Type type, const std::uint32_t* a, const std::uint32_t* b,
                              std::uint32_t* out, int lanes) {
  switch (type) {
    case Type::kI8:
      return execute_integer<8>(op, a, b, out, lanes);
    case Type::kI16:
      return execute_integer<16>(op, a, b, out, lanes);
    case Type::kI32:
      return execute_integer<32>(op, a, b, out, lanes);
    case Type::kF16:
      return execute_float<true>(op, a, b, out, lanes);
    case Type::kF32:
      return execute_float<false>(op, a, b, out, lanes);
  }
}

LPU_INLINE void execute_body(const isa::Insn& insn, const std::uint32_t* a, const std::uint32_t* b,
                             std::uint32_t* out, int lanes) {
  using U = std::uint32_t;
  switch (insn.op) {
    case Op::kMov:
      std::memmove(out, a, sizeof(U) * static_cast<std::size_t>(lanes));
      return;
    case Op::kAnd:
      return each(a, b, out, lanes, [](U x, U y) { return x & y; });
    case Op::kOr:
      return each(a, b, out, lanes, [](U x, U y) { return x | y; });
    case Op::kXor:
      return each(a, b, out, lanes, [](U x, U y) { return x ^ y; });
    case Op::kShl:
    case Op::kShr:
      return execute_shift(insn.op, insn.type, a, b, out, lanes);
    case Op::kCast:
      return execute_cast(insn.type, insn.to, a, out, lanes);
    default:
      return execute_typed(insn.op, insn.type, a, b, out, lanes);
  }
}

void execute_portable(const isa::Insn& insn, const std::uint32_t* a, const std::uint32_t* b,
                      std::uint32_t* out, int lanes) {
  execute_body(insn, a, b, out, lanes);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void execute_avx2(const isa::Insn& insn, const std::uint32_t* a,
                                          const std::uint32_t* b, std::uint32_t* out, int lanes) {
  execute_body(insn, a, b, out, lanes);
}
#endif

using Execute = decltype(&execute_portable);

Execute choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return execute_avx2;
#endif
  return execute_portable;
}

}  // namespace

void load(Type type, const std::uint8_t* const* streams, std::uint32_t* __restrict out, int lanes) {
  const std::uint8_t* s0 = streams[0];
  if (type == Type::kI8) {
    for (int i = 0; i < lanes; ++i) out[i] = wrap<8>(s0[i]);
    return;
  }
  const std::uint8_t* s1 = streams[1];
  if (type == Type::kI16) {
    for (int i = 0; i < lanes; ++i) out[i] = wrap<16>(s0[i] | (std::uint32_t{s1[i]} << 8));
    return;
  }
  if (type == Type::kF16) {
    for (int i = 0; i < lanes; ++i) out[i] = s0[i] | (std::uint32_t{s1[i]} << 8);
    return;
  }
  const std::uint8_t* s2 = streams[2];
  const std::uint8_t* s3 = streams[3];
  for (int i = 0; i < lanes; ++i) {
    out[i] = s0[i] | (std::uint32_t{s1[i]} << 8) | (std::uint32_t{s2[i]} << 16) |
             (std::uint32_t{s3[i]} << 24);
  }
}

void store(Type type, const std::uint32_t* in, std::uint8_t* const* streams, int lanes) {
  for (int byte = 0; byte < isa::bytes_of(type); ++byte) {
    std::uint8_t* __restrict out = streams[byte];
    for (int i = 0; i < lanes; ++i) out[i] = static_cast<std::uint8_t>(in[i] >> (8 * byte));
  }
}

void broadcast(std::uint32_t imm, std::uint32_t* out, int lanes) { std::fill_n(out, lanes, imm); }

bool supports(Op op, Type type) {
  if (op < Op::kMov || op > Op::kCast) return false;
  const bool is_float = type == Type::kF16 || type == Type::kF32;
  return is_float || (op != Op::kExp2 && op != Op::kRsqrt && op != Op::kTanh);
}

void execute(const isa::Insn& insn, const std::uint32_t* a, const std::uint32_t* b,
             std::uint32_t* out, int lanes) {
  if (!supports(insn.op, insn.type)) {
    throw std::invalid_argument("the VXM has no operation " +
                                std::to_string(static_cast<int>(insn.op)) + " on type " +
                                std::to_string(static_cast<int>(insn.type)));
  }
  static const Execute chosen = choose();
  // Unary operations look at one operand; the loops read two.
  chosen(insn, a, b == nullptr ? a : b, out, lanes);
}

}  // namespace lpu::tlm
