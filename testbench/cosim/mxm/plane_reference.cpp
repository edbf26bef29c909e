// SPDX-License-Identifier: Apache-2.0
#include "testbench/cosim/mxm/plane_reference.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace lpu::rtl {
namespace {

__extension__ using Wide = __int128;

/// An fp16 number: significand * 2^(exponent - 24) if it is finite.
struct Half {
  explicit Half(unsigned bits)
      : negative((bits & 0x8000) != 0),
        exponent(static_cast<int>(bits >> 10 & 31)),
        significand(static_cast<int>(bits & 1023)) {
    if (exponent == 31) {
      nan = significand != 0;
      infinite = significand == 0;
    } else if (exponent == 0) {
      exponent = 1;
    } else {
      significand += 1024;
    }
    exponent -= 1;
    zero = significand == 0 && !infinite;
  }

  bool negative;
  bool nan = false;
  bool infinite = false;
  bool zero = false;
  int exponent;
  int significand;
};

}  // namespace

std::uint32_t float_bits(float value) {
  return std::isnan(value) ? 0x7fc00000U : std::bit_cast<std::uint32_t>(value);
}

PlaneReference::PlaneReference(unsigned lanes)
    : lanes_(lanes),
      buffer_(lanes / 16),
      array_(lanes / 16),
      slots_(16, Vector(lanes)),
      results_(MxmPlaneRtl::kResultLatency - 1) {}

bool PlaneReference::installed() const {
  return std::any_of(array_.begin(), array_.end(), [](const Group& group) { return group.loaded; });
}

std::optional<bool> PlaneReference::due_is_fp32() const {
  if (!results_.front()) return std::nullopt;
  return results_.front()->fp32;
}

std::optional<PlaneReference::Vector> PlaneReference::clock(const MxmPlaneRtl::Inputs& inputs) {
  std::optional<Vector> out;
  if (inputs.acc_valid && results_.front()) {
    const Vector& result = results_.front()->words;
    Vector& slot = slots_[inputs.slot];
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      if (!inputs.add) {
        slot[lane] = result[lane];
      } else if (inputs.fp32) {
        slot[lane] =
            float_bits(std::bit_cast<float>(slot[lane]) + std::bit_cast<float>(result[lane]));
      } else {
        slot[lane] += result[lane];
      }
    }
    if (inputs.out) out = slot;
  }

  results_.pop_front();
  results_.emplace_back();
  if (inputs.abc_valid) {
    results_.back() = inputs.fp16 ? Result{fp16_product(inputs), true}
                                  : Result{int8_product({inputs.abc[0], lanes_}), false};
  }

  if (inputs.iw_valid) {
    array_ = std::exchange(buffer_, std::vector<Group>(lanes_ / 16));
  }
  if (inputs.lw_valid) {
    Group& group = buffer_[inputs.group];
    group.loaded = true;
    group.bytes.clear();
    for (const std::uint8_t* stream : inputs.lw_streams) {
      group.bytes.insert(group.bytes.end(), stream, stream + lanes_);
    }
  }
  return out;
}

PlaneReference::Vector PlaneReference::int8_product(
    std::span<const std::uint8_t> activations) const {
  Vector sums(lanes_);
  for (std::size_t k = 0; k < lanes_; ++k) {
    const Group& group = array_[k / 16];
    if (!group.loaded) continue;
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      const int weight = static_cast<std::int8_t>(group.bytes[k % 16 * lanes_ + lane]);
      sums[lane] += static_cast<std::uint32_t>(weight * static_cast<std::int8_t>(activations[k]));
    }
  }
  return sums;
}

PlaneReference::Vector PlaneReference::fp16_product(const MxmPlaneRtl::Inputs& inputs) const {
  Vector words(lanes_);
  for (unsigned lane = 0; lane < lanes_; ++lane) words[lane] = fp16_lane(inputs, lane);
  return words;
}

std::uint32_t PlaneReference::fp16_lane(const MxmPlaneRtl::Inputs& inputs, unsigned lane) const {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Wide sum = 0;
  float special = 0;
  for (std::size_t k = 0; k < lanes_ / 2; ++k) {
    const Group& group = array_[k / 8];
    if (!group.loaded) continue;
    const std::size_t from = k + (inputs.half ? lanes_ / 2 : 0);
    const Half a(inputs.abc[0][from] + 256U * inputs.abc[1][from]);
    const Half w(group.bytes[(k % 8 * 2) * lanes_ + lane] +
                 256U * group.bytes[(k % 8 * 2 + 1) * lanes_ + lane]);
    const bool negative = a.negative != w.negative;
    if (a.nan || w.nan || (a.infinite && w.zero) || (a.zero && w.infinite)) {
      special = std::numeric_limits<float>::quiet_NaN();
    } else if (a.infinite || w.infinite) {
      special += negative ? -kInfinity : kInfinity;
    } else {
      const Wide product = static_cast<Wide>(a.significand * w.significand)
                           << (a.exponent + w.exponent);
      sum += negative ? -product : product;
    }
  }
  if (special != 0) return float_bits(special);
  return float_bits(std::ldexp(static_cast<float>(sum), -48));
}

}  // namespace lpu::rtl
