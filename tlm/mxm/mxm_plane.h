// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "isa/insn/insn.h"

namespace lpu::tlm {

namespace mxm {
struct FixedActivation;
}

/// One plane of the matrix unit: weight buffer, installed weights, accumulators. Values only:
/// latencies, streams and the pairing of planes for fp16 are the chip's. Counterpart of
/// rtl/mxm/lpu_mxm_plane.sv; docs/numbers.md is the contract for the sums.
///
/// The buffer has lanes/16 groups of 16 byte rows. As int8, row k = 16g+j holds the weights from
/// activation lane k to every output. As fp16, byte rows 2k and 2k+1 are low and high bytes of
/// weight row k, of which there are lanes/2. Groups that were not loaded contribute nothing.
class MxmPlane {
 public:
  static constexpr int kLoadStreams = 16;

  /// `lanes`: a multiple of 16, at most 320. Memory is taken when weights arrive.
  explicit MxmPlane(int lanes);

  [[nodiscard]] int lanes() const { return lanes_; }
  [[nodiscard]] int groups() const { return lanes_ / 16; }

  /// Buffer group `group` := 16 streams.
  void load(int group, const std::uint8_t* const* streams);
  [[nodiscard]] bool buffer_empty() const { return buffer_groups_ == 0; }

  /// Array := buffer, buffer := empty.
  void install();
  [[nodiscard]] bool has_weights() const { return installed_; }
  void drop_weights() { installed_ = false; }

  /// out[n] = sum over k of act[k] * weight[k][n], modulo 2^32.
  void compute_i8(const std::uint8_t* act, std::uint32_t* out);
  /// out[n] = the exact sum over k of act[half*lanes/2 + k] * weight[k][n], rounded once to fp32.
  /// Activations are fp16 in a low-byte and a high-byte vector. A zero sum is +0; a NaN among the
  /// products, or infinities of both signs, gives the canonical NaN.
  void compute_f16(const std::uint8_t* lo, const std::uint8_t* hi, int half, std::uint32_t* out);

  /// slot := result, or slot += result: modulo 2^32 for i32, one IEEE addition (nearest even, NaN
  /// canonical) for f32. A slot that nobody wrote is zero; the chip knows how many there are.
  /// Returns the slot, valid until the next call.
  const std::uint32_t* accumulate(int slot, bool add, isa::Type type, const std::uint32_t* result);

 private:
  /// Decoding waits for the first use: only then is the type of the weights known.
  enum class Decoded : std::uint8_t { kNothing, kI8, kF16 };

  [[nodiscard]] bool row_loaded(int byte_row) const {
    return ((array_groups_ >> (byte_row / kLoadStreams)) & 1) != 0;
  }
  [[nodiscard]] const std::uint8_t* byte_row(int row) const;
  [[nodiscard]] bool has_special_row() const;
  void decode_i8();
  void decode_f16();
  void sum_f16(const mxm::FixedActivation* activations, int activation_limbs, int count, int place,
               std::uint32_t* out) const;
  void mark_special(const std::uint8_t* lo, const std::uint8_t* hi, std::uint32_t* out) const;

  int lanes_;
  bool installed_{false};
  std::uint32_t buffer_groups_{0};  // bit g: group g is loaded
  std::uint32_t array_groups_{0};
  std::vector<std::uint8_t> buffer_;
  std::vector<std::uint8_t> array_;
  std::vector<std::uint32_t> slots_;

  // The installed weights in the form the sums want.
  Decoded decoded_{Decoded::kNothing};
  std::vector<std::int16_t> weights_i8_;    // rows 2p and 2p+1 side by side
  std::vector<std::int32_t> weights_f16_;   // fixed point in units of 2^(weight_place_-24)
  std::vector<std::uint8_t> special_rows_;  // fp16: 1 where a row has an infinity or a NaN
  int weight_place_{0};
  int weight_bits_{0};
  int weight_limbs_{1};
};

}  // namespace lpu::tlm
