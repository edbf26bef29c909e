// SPDX-License-Identifier: Apache-2.0
#include "tlm/mxm/mxm_kernels.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#define LPU_AVX2 [[gnu::target("avx2")]]
#endif

namespace lpu::tlm::mxm {
namespace {

// Bodies that the compiler turns into vector code by itself. They are inlined into a function of
// each instruction set.

[[gnu::always_inline]] inline void pair_up_body(const std::uint8_t* __restrict even,
                                                const std::uint8_t* __restrict odd,
                                                std::int16_t* __restrict out, int lanes) {
  for (int n = 0; n < lanes; ++n) {
    out[2 * n] = static_cast<std::int8_t>(even[n]);
    out[2 * n + 1] = static_cast<std::int8_t>(odd[n]);
  }
}

/// An fp16 taken apart. Conditions are numbers, since branches keep loops from becoming vectors.
struct Half {
  std::int32_t significand;
  std::int32_t place;
  std::int32_t special;  // 1: infinity or NaN
  std::int32_t sign;     // -1: negative, else 0
  std::int32_t zero;     // -1: zero, else 0
};

[[gnu::always_inline]] inline Half split(std::uint8_t lo, std::uint8_t hi) {
  const std::int32_t bits = lo | (hi << 8);
  const std::int32_t exponent = (bits >> 10) & 31;
  const std::int32_t normal = std::min(exponent, 1);
  return {(bits & 0x3ff) | (normal << 10), exponent - normal, (exponent + 1) >> 5, -(bits >> 15),
          ((bits & 0x7fff) - 1) >> 31};
}

[[gnu::always_inline]] inline bool find_places_body(const std::uint8_t* __restrict lo,
                                                    const std::uint8_t* __restrict hi, int lanes,
                                                    Places* places) {
  std::int32_t low = places->low;
  std::int32_t high = places->high;
  std::int32_t special = 0;
  for (int n = 0; n < lanes; ++n) {
    const Half half = split(lo[n], hi[n]);
    const std::int32_t ignored = half.zero | -half.special;
    low = std::min(low, (half.place & ~ignored) | (30 & ignored));
    high = std::max(high, half.place | ignored);
    special |= half.special;
  }
  places->low = low;
  places->high = high;
  return special != 0;
}

[[gnu::always_inline]] inline void to_one_limb_body(const std::uint8_t* __restrict lo,
                                                    const std::uint8_t* __restrict hi, int lanes,
                                                    int place, std::int32_t* __restrict out) {
  for (int n = 0; n < lanes; ++n) {
    const Half half = split(lo[n], hi[n]);
    // A zero may stand below the smallest place in use, and a special number above the largest.
    const std::int32_t up = std::max(half.place - place, 0) & (half.special - 1);
    const std::int32_t magnitude = (half.significand & (half.special - 1)) << up;
    out[n] = (magnitude ^ half.sign) - half.sign;
  }
}

[[gnu::always_inline]] inline void to_two_limbs_body(const std::uint8_t* __restrict lo,
                                                     const std::uint8_t* __restrict hi, int lanes,
                                                     int place, std::int32_t* __restrict low,
                                                     std::int32_t* __restrict high) {
  for (int n = 0; n < lanes; ++n) {
    const Half half = split(lo[n], hi[n]);
    const std::int64_t up = std::max(half.place - place, 0);
    const std::int64_t magnitude = std::int64_t{half.significand & (half.special - 1)} << up;
    const std::int64_t value = (magnitude ^ half.sign) - half.sign;
    low[n] = static_cast<std::int32_t>(value & kLimbMask);
    high[n] = static_cast<std::int32_t>(value >> kLimbBits);
  }
}

[[gnu::always_inline]] inline void to_fixed_body(const std::uint8_t* lo, const std::uint8_t* hi,
                                                 int lanes, int place, std::int32_t* low,
                                                 std::int32_t* high) {
  if (high == nullptr) {
    to_one_limb_body(lo, hi, lanes, place, low);
  } else {
    to_two_limbs_body(lo, hi, lanes, place, low, high);
  }
}

// Any host.

void pair_up(const std::uint8_t* even, const std::uint8_t* odd, std::int16_t* out, int lanes) {
  pair_up_body(even, odd, out, lanes);
}

bool find_places(const std::uint8_t* lo, const std::uint8_t* hi, int lanes, Places* places) {
  return find_places_body(lo, hi, lanes, places);
}

void to_fixed(const std::uint8_t* lo, const std::uint8_t* hi, int lanes, int place,
              std::int32_t* low, std::int32_t* high) {
  to_fixed_body(lo, hi, lanes, place, low, high);
}

void sum_i8(const std::int16_t* weights, const ActivationPair* pairs, int count, int lanes,
            std::uint32_t* out) {
  std::fill_n(out, lanes, 0u);
  for (int i = 0; i < count; ++i) {
    const std::int16_t* row = weights + std::int64_t{2} * pairs[i].pair * lanes;
    for (int n = 0; n < lanes; ++n) {
      const int products = row[2 * n] * pairs[i].even + row[2 * n + 1] * pairs[i].odd;
      out[n] += static_cast<std::uint32_t>(products);
    }
  }
}

void sum_fixed(const std::int32_t* const* weights, int weight_limbs,
               const FixedActivation* activations, int activation_limbs, int count, int lanes,
               std::int64_t* const* sums) {
  for (int j = 0; j < weight_limbs + activation_limbs - 1; ++j) std::fill_n(sums[j], lanes, 0);
  for (int i = 0; i < count; ++i) {
    for (int w = 0; w < weight_limbs; ++w) {
      const std::int32_t* row = weights[w] + std::int64_t{activations[i].row} * lanes;
      for (int a = 0; a < activation_limbs; ++a) {
        const std::int64_t factor = activations[i].limb[a];
        for (int n = 0; n < lanes; ++n) sums[w + a][n] += factor * row[n];
      }
    }
  }
}

constexpr Kernels kPortable{pair_up, sum_i8, find_places, to_fixed, sum_fixed};

#if defined(__x86_64__)

LPU_AVX2 void pair_up_avx2(const std::uint8_t* even, const std::uint8_t* odd, std::int16_t* out,
                           int lanes) {
  pair_up_body(even, odd, out, lanes);
}

LPU_AVX2 bool find_places_avx2(const std::uint8_t* lo, const std::uint8_t* hi, int lanes,
                               Places* places) {
  return find_places_body(lo, hi, lanes, places);
}

LPU_AVX2 void to_fixed_avx2(const std::uint8_t* lo, const std::uint8_t* hi, int lanes, int place,
                            std::int32_t* low, std::int32_t* high) {
  to_fixed_body(lo, hi, lanes, place, low, high);
}

LPU_AVX2 [[gnu::always_inline]] inline __m256i load(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

/// Outputs first..first+8*Registers-1 of sum_i8.
template <int Registers>
LPU_AVX2 [[gnu::always_inline]] inline void sum_i8_block(const std::int16_t* weights,
                                                         const ActivationPair* pairs, int count,
                                                         int lanes, int first, std::uint32_t* out) {
  __m256i sums[Registers];
  for (auto& sum : sums) sum = _mm256_setzero_si256();
  for (int i = 0; i < count; ++i) {
    const std::int16_t* row =
        weights + std::int64_t{2} * (std::int64_t{pairs[i].pair} * lanes + first);
    const __m256i factors = _mm256_set1_epi32((pairs[i].even & 0xffff) | (pairs[i].odd * 0x10000));
    for (int r = 0; r < Registers; ++r) {
      sums[r] = _mm256_add_epi32(sums[r], _mm256_madd_epi16(load(row + 16 * r), factors));
    }
  }
  for (int r = 0; r < Registers; ++r) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + first + 8 * r), sums[r]);
  }
}

LPU_AVX2 void sum_i8_avx2(const std::int16_t* weights, const ActivationPair* pairs, int count,
                          int lanes, std::uint32_t* out) {
  int first = 0;
  for (; first + 64 <= lanes; first += 64) {
    sum_i8_block<8>(weights, pairs, count, lanes, first, out);
  }
  for (; first < lanes; first += 16) sum_i8_block<2>(weights, pairs, count, lanes, first, out);
}

/// Sixteen outputs of sum_fixed. The multiplier takes the even 32-bit elements of a register, so
/// even and odd outputs have sums of their own until the end.
template <int WeightLimbs, int ActivationLimbs>
LPU_AVX2 [[gnu::always_inline]] inline void sum_fixed_block(const std::int32_t* const* weights,
                                                            const FixedActivation* activations,
                                                            int count, int lanes, int first,
                                                            std::int64_t* const* sums) {
  constexpr int kSums = WeightLimbs + ActivationLimbs - 1;
  __m256i even[kSums][2];
  __m256i odd[kSums][2];
  for (int j = 0; j < kSums; ++j) {
    even[j][0] = even[j][1] = odd[j][0] = odd[j][1] = _mm256_setzero_si256();
  }
  for (int i = 0; i < count; ++i) {
    const std::int64_t at = std::int64_t{activations[i].row} * lanes + first;
    __m256i factors[ActivationLimbs];
    for (int a = 0; a < ActivationLimbs; ++a) {
      factors[a] = _mm256_set1_epi32(activations[i].limb[a]);
    }
    for (int w = 0; w < WeightLimbs; ++w) {
      for (int r = 0; r < 2; ++r) {
        const __m256i even_weights = load(weights[w] + at + 8 * r);
        const __m256i odd_weights = _mm256_srli_epi64(even_weights, 32);
        for (int a = 0; a < ActivationLimbs; ++a) {
          even[w + a][r] =
              _mm256_add_epi64(even[w + a][r], _mm256_mul_epi32(even_weights, factors[a]));
          odd[w + a][r] =
              _mm256_add_epi64(odd[w + a][r], _mm256_mul_epi32(odd_weights, factors[a]));
        }
      }
    }
  }
  for (int j = 0; j < kSums; ++j) {
    for (int r = 0; r < 2; ++r) {
      const __m256i low = _mm256_unpacklo_epi64(even[j][r], odd[j][r]);   // outputs 0 1 4 5
      const __m256i high = _mm256_unpackhi_epi64(even[j][r], odd[j][r]);  // outputs 2 3 6 7
      auto* out = reinterpret_cast<__m256i*>(sums[j] + first + 8 * r);
      _mm256_storeu_si256(out, _mm256_permute2x128_si256(low, high, 0x20));
      _mm256_storeu_si256(out + 1, _mm256_permute2x128_si256(low, high, 0x31));
    }
  }
}

template <int WeightLimbs, int ActivationLimbs>
LPU_AVX2 void sum_all_blocks(const std::int32_t* const* weights, const FixedActivation* activations,
                             int count, int lanes, std::int64_t* const* sums) {
  for (int first = 0; first < lanes; first += 16) {
    sum_fixed_block<WeightLimbs, ActivationLimbs>(weights, activations, count, lanes, first, sums);
  }
}

void sum_fixed_avx2(const std::int32_t* const* weights, int weight_limbs,
                    const FixedActivation* activations, int activation_limbs, int count, int lanes,
                    std::int64_t* const* sums) {
  constexpr decltype(&sum_all_blocks<1, 1>) kByLimbs[2][2] = {
      {sum_all_blocks<1, 1>, sum_all_blocks<1, 2>}, {sum_all_blocks<2, 1>, sum_all_blocks<2, 2>}};
  kByLimbs[weight_limbs - 1][activation_limbs - 1](weights, activations, count, lanes, sums);
}

constexpr Kernels kAvx2{pair_up_avx2, sum_i8_avx2, find_places_avx2, to_fixed_avx2, sum_fixed_avx2};

#endif

const Kernels& choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return kAvx2;
#endif
  return kPortable;
}

}  // namespace

const Kernels& portable_kernels() { return kPortable; }

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace lpu::tlm::mxm
