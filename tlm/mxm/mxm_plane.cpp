// SPDX-License-Identifier: Apache-2.0
#include "tlm/mxm/mxm_plane.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "isa/number/half.h"
#include "tlm/common/lanes.h"
#include "tlm/mxm/mxm_kernels.h"

namespace lpu::tlm {
namespace {

constexpr int kMaxHalfRows = kMaxLanes / 2;

/// Bits of a sum of at most 160 products of so many bits stay below the sign of 64.
constexpr int kMaxProductBits = 55;
constexpr int kMaxLimbBits = 31;

/// fp16 sums are in units of 2^-48, the product of two smallest subnormals.
constexpr int kProductPlace = -48;

__extension__ typedef __int128 Int128;

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

bool is_special(std::uint32_t half) { return (half & 0x7c00) == 0x7c00; }

/// total * 2^exponent, rounded once. |total| < 2^88, and no result is near the ends of fp32.
std::uint32_t round_to_f32(Int128 total, int exponent) {
  auto value = static_cast<std::int64_t>(total);
  if (value != total) {
    // Far more than 24 bits remain; an odd last bit stands for what was cut off, so that the
    // rounding below decides as if it had seen everything.
    constexpr int kCut = 26;
    const bool inexact = (total & ((1 << kCut) - 1)) != 0;
    value = static_cast<std::int64_t>(total >> kCut) | (inexact ? 1 : 0);
    exponent += kCut;
  }
  const float scale = std::bit_cast<float>(static_cast<std::uint32_t>(127 + exponent) << 23);
  return std::bit_cast<std::uint32_t>(static_cast<float>(value) * scale);
}

/// The infinities and NaN among the products of one output.
enum Special : std::uint8_t { kPlusInfinity = 1, kMinusInfinity = 2, kNotANumber = 4 };

std::uint8_t special_product(std::uint32_t a, std::uint32_t b) {
  if (!is_special(a) && !is_special(b)) return 0;
  const bool nan = (a & 0x7fff) > 0x7c00 || (b & 0x7fff) > 0x7c00;
  const bool zero = (a & 0x7fff) == 0 || (b & 0x7fff) == 0;
  if (nan || zero) return kNotANumber;
  return ((a ^ b) & 0x8000) != 0 ? kMinusInfinity : kPlusInfinity;
}

std::uint32_t special_sum(std::uint8_t found) {
  if (found == kPlusInfinity) return 0x7f80'0000;
  if (found == kMinusInfinity) return 0xff80'0000;
  return isa::kNanF32;
}

}  // namespace

MxmPlane::MxmPlane(int lanes) : lanes_(lanes) {}

void MxmPlane::load(int group, const std::uint8_t* const* streams) {
  if (buffer_.empty()) buffer_.resize(index(std::int64_t{lanes_} * lanes_));
  std::uint8_t* row = buffer_.data() + std::int64_t{group} * kLoadStreams * lanes_;
  for (int j = 0; j < kLoadStreams; ++j, row += lanes_) {
    std::memcpy(row, streams[j], index(lanes_));
  }
  buffer_groups_ |= 1u << group;
}

void MxmPlane::install() {
  array_.swap(buffer_);
  array_groups_ = buffer_groups_;
  buffer_groups_ = 0;
  decoded_ = Decoded::kNothing;
  installed_ = true;
}

const std::uint8_t* MxmPlane::byte_row(int row) const {
  return array_.data() + std::int64_t{row} * lanes_;
}

void MxmPlane::decode_i8() {
  weights_i8_.resize(index(std::int64_t{lanes_} * lanes_));
  for (int k = 0; k < lanes_; k += 2) {
    if (!row_loaded(k)) continue;
    mxm::kernels().pair_up(byte_row(k), byte_row(k + 1),
                           weights_i8_.data() + std::int64_t{k} * lanes_, lanes_);
  }
  decoded_ = Decoded::kI8;
}

void MxmPlane::compute_i8(const std::uint8_t* act, std::uint32_t* out) {
  if (decoded_ != Decoded::kI8) decode_i8();
  std::array<mxm::ActivationPair, kMaxLanes / 2> pairs;
  int count = 0;
  for (int k = 0; k < lanes_; k += 2) {
    if (!row_loaded(k) || (act[k] | act[k + 1]) == 0) continue;
    pairs[index(count++)] = {k / 2, static_cast<std::int8_t>(act[k]),
                             static_cast<std::int8_t>(act[k + 1])};
  }
  mxm::kernels().sum_i8(weights_i8_.data(), pairs.data(), count, lanes_, out);
}

void MxmPlane::decode_f16() {
  const int rows = lanes_ / 2;
  const auto& kernels = mxm::kernels();
  special_rows_.assign(index(rows), 0);
  mxm::Places places;
  for (int k = 0; k < rows; ++k) {
    if (!row_loaded(2 * k)) continue;
    special_rows_[index(k)] =
        kernels.find_places(byte_row(2 * k), byte_row(2 * k + 1), lanes_, &places);
  }
  weight_place_ = places.none() ? 0 : places.low;
  weight_bits_ = places.bits();
  weight_limbs_ = weight_bits_ <= kMaxLimbBits ? 1 : 2;

  const std::int64_t limb_size = std::int64_t{rows} * lanes_;
  weights_f16_.resize(index(limb_size * weight_limbs_));
  for (int k = 0; k < rows; ++k) {
    if (!row_loaded(2 * k)) continue;
    std::int32_t* low = weights_f16_.data() + std::int64_t{k} * lanes_;
    kernels.to_fixed(byte_row(2 * k), byte_row(2 * k + 1), lanes_, weight_place_, low,
                     weight_limbs_ == 1 ? nullptr : low + limb_size);
  }
  decoded_ = Decoded::kF16;
}

void MxmPlane::compute_f16(const std::uint8_t* lo, const std::uint8_t* hi, int half,
                           std::uint32_t* out) {
  if (decoded_ != Decoded::kF16) decode_f16();
  const int rows = lanes_ / 2;
  lo += half * rows;
  hi += half * rows;

  mxm::Places places;
  const bool special_activation = mxm::kernels().find_places(lo, hi, rows, &places);
  if (places.none()) places = {0, 0};
  const bool one_limb = places.bits() <= kMaxLimbBits &&
                        (weight_limbs_ == 2 || weight_bits_ + places.bits() <= kMaxProductBits);
  std::array<std::int32_t, kMaxHalfRows> low;
  std::array<std::int32_t, kMaxHalfRows> high{};
  mxm::kernels().to_fixed(lo, hi, rows, places.low, low.data(), one_limb ? nullptr : high.data());

  std::array<mxm::FixedActivation, kMaxHalfRows> activations;
  int count = 0;
  for (int k = 0; k < rows; ++k) {
    const std::size_t i = index(k);
    if (!row_loaded(2 * k) || (low[i] | high[i]) == 0) continue;
    activations[index(count++)] = {k, {low[i], high[i]}};
  }
  sum_f16(activations.data(), one_limb ? 1 : 2, count, weight_place_ + places.low, out);
  if (special_activation || has_special_row()) mark_special(lo, hi, out);
}

void MxmPlane::sum_f16(const mxm::FixedActivation* activations, int activation_limbs, int count,
                       int place, std::uint32_t* out) const {
  std::int64_t buffer[3][kMaxLanes];
  std::int64_t* const sums[3] = {buffer[0], buffer[1], buffer[2]};
  const std::int32_t* const weights[2] = {
      weights_f16_.data(),
      weights_f16_.data() + (weight_limbs_ - 1) * std::int64_t{lanes_} * (lanes_ / 2)};
  mxm::kernels().sum_fixed(weights, weight_limbs_, activations, activation_limbs, count, lanes_,
                           sums);

  const int parts = weight_limbs_ + activation_limbs - 1;
  for (int n = 0; n < lanes_; ++n) {
    Int128 total = 0;
    for (int j = parts - 1; j >= 0; --j) {
      total = total * (Int128{1} << mxm::kLimbBits) + sums[j][n];
    }
    out[n] = round_to_f32(total, place + kProductPlace);
  }
}

bool MxmPlane::has_special_row() const {
  return std::memchr(special_rows_.data(), 1, special_rows_.size()) != nullptr;
}

void MxmPlane::mark_special(const std::uint8_t* lo, const std::uint8_t* hi,
                            std::uint32_t* out) const {
  std::array<std::uint8_t, kMaxLanes> found{};
  for (int k = 0; k < lanes_ / 2; ++k) {
    const auto act = static_cast<std::uint32_t>(lo[k] | (hi[k] << 8));
    if (!row_loaded(2 * k) || (special_rows_[index(k)] == 0 && !is_special(act))) continue;
    const std::uint8_t* weight_lo = byte_row(2 * k);
    const std::uint8_t* weight_hi = byte_row(2 * k + 1);
    for (int n = 0; n < lanes_; ++n) {
      const auto weight = static_cast<std::uint32_t>(weight_lo[n] | (weight_hi[n] << 8));
      auto& flags = found[index(n)];
      flags = static_cast<std::uint8_t>(flags | special_product(act, weight));
    }
  }
  for (int n = 0; n < lanes_; ++n) {
    if (found[index(n)] != 0) out[n] = special_sum(found[index(n)]);
  }
}

const std::uint32_t* MxmPlane::accumulate(int slot, bool add, isa::Type type,
                                          const std::uint32_t* result) {
  const std::int64_t first = std::int64_t{slot} * lanes_;
  if (slots_.size() < index(first + lanes_)) slots_.resize(index(first + lanes_));
  std::uint32_t* values = slots_.data() + first;
  if (!add) {
    std::memcpy(values, result, index(lanes_) * sizeof(std::uint32_t));
  } else if (type == isa::Type::kF32) {
    for (int n = 0; n < lanes_; ++n) {
      const float sum = std::bit_cast<float>(values[n]) + std::bit_cast<float>(result[n]);
      values[n] = std::isnan(sum) ? isa::kNanF32 : std::bit_cast<std::uint32_t>(sum);
    }
  } else {
    for (int n = 0; n < lanes_; ++n) values[n] += result[n];
  }
  return values;
}

}  // namespace lpu::tlm
