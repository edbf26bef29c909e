// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "isa/spec/chip_spec.h"
#include "tlm/common/schedule_error.h"
#include "tlm/common/stream_file.h"
#include "tlm/mem/mem_slice.h"

namespace lpu::tlm {

/// A stream that an instruction cannot do without.
inline isa::Stream required(const std::optional<isa::Stream>& stream) {
  if (!stream) {
    throw UnitError("lpu/stream/missing-operand", "the instruction names no stream where it must");
  }
  return *stream;
}

/// The streams that a dispatch touched, for a Verilated block that is to see the same.
struct StreamUses {
  struct Take {
    isa::Stream stream;
    const std::uint8_t* vector;  // as it stands in the register, before any correction
  };
  struct Drive {
    isa::Stream stream;
    isa::Cycle at;
    std::uint8_t* vector;
  };
  std::vector<Take> takes;
  std::vector<Drive> drives;
};

/// How units take and drive streams: groups of streams, and the check bits that travel with a
/// vector. Check bits are kept only for vectors read from a damaged row; those of every other
/// vector would agree with its data.
class StreamPort {
 public:
  StreamPort(const isa::ChipSpec& spec, Values values)
      : lanes_(static_cast<int>(spec.lanes())), file_(spec, values) {}

  /// A consumer's view: checked, and corrected where one bit of a word is wrong. Two wrong bits
  /// are a machine error.
  const std::uint8_t* take(isa::Stream stream, int x, isa::Cycle at) {
    const std::uint8_t* vector = take_unchecked(stream, x, at);
    return damaged_.empty() ? vector : checked(vector);
  }
  /// `n` streams from `base` on, which is a multiple of n.
  void take_group(isa::Stream base, int n, int x, isa::Cycle at, const std::uint8_t** vectors) {
    require_aligned(base, n);
    for (int i = 0; i < n; ++i) {
      vectors[i] = take(member(base, i), x, at);
    }
  }

  std::uint8_t* drive(isa::Stream stream, int x, isa::Cycle at) {
    std::uint8_t* vector = file_.drive(stream, x, at);
    if (!damaged_.empty()) {
      damaged_.erase(vector);
    }
    if (uses_ != nullptr) {
      uses_->drives.push_back({stream, at, vector});
    }
    return vector;
  }
  void drive_group(isa::Stream base, int n, int x, isa::Cycle at, std::uint8_t** vectors) {
    require_aligned(base, n);
    for (int i = 0; i < n; ++i) {
      vectors[i] = drive(member(base, i), x, at);
    }
  }

  /// MEM stores a vector with the check bits it came with, and does not look at them.
  const std::uint8_t* take_unchecked(isa::Stream stream, int x, isa::Cycle at) const {
    const std::uint8_t* vector = file_.read(stream, x, at);
    if (uses_ != nullptr) {
      uses_->takes.push_back({stream, vector});
    }
    return vector;
  }
  [[nodiscard]] const CheckWords* checks_of(const std::uint8_t* vector) const;
  void attach_checks(const std::uint8_t* vector, const CheckWords& checks);

  void detach_checks(const std::uint8_t* vector) { damaged_.erase(vector); }

  /// What is taken and driven from now on is also noted there; nullptr: nowhere.
  void note_uses(StreamUses* uses) { uses_ = uses; }

  [[nodiscard]] std::int64_t corrected_errors() const { return corrected_; }
  [[nodiscard]] const StreamFile& file() const { return file_; }
  void reset();

 private:
  struct Damage {
    CheckWords checks{};
    std::vector<std::uint8_t> corrected;  // what a consumer sees; empty: none looked so far
    int corrected_words{0};
  };

  [[nodiscard]] static isa::Stream member(isa::Stream base, int i) {
    return {base.dir, static_cast<std::uint8_t>(base.index + i)};
  }
  static void require_aligned(isa::Stream base, int n) {
    if (base.index % n != 0) {
      fail_unaligned(base, n);
    }
  }
  [[noreturn]] static void fail_unaligned(isa::Stream base, int n);
  const std::uint8_t* checked(const std::uint8_t* vector);

  int lanes_;
  StreamFile file_;
  std::unordered_map<const std::uint8_t*, Damage> damaged_;
  std::int64_t corrected_{0};
  StreamUses* uses_{nullptr};
};

}  // namespace lpu::tlm
