// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "rtl/mem/mem_slice_rtl.h"
#include "testbench/cosim/mem/slice_traffic.h"

namespace lpu::rtl {

/// An RTL slice that takes and gives the vectors of the tests.
class SliceBench {
 public:
  explicit SliceBench(int superlanes)
      : slice_(MemSliceRtl::make(RtlContext::process(), "rtl", superlanes)) {}

  [[nodiscard]] UnitRtl& unit() { return *slice_; }
  [[nodiscard]] int superlanes() { return unit().superlanes(); }

  void store(int row, const Vector& vector) {
    slice_->host_write(row, vector.data.data(), vector.checks);
  }
  [[nodiscard]] Vector stored(int row) {
    Vector vector(superlanes());
    slice_->host_read(row, vector.data.data(), &vector.checks);
    return vector;
  }

  void issue(const isa::Insn& insn) { unit().issue(0, isa::encode(insn)); }
  void present(int stream, const Vector& vector) {
    unit().present(stream, vector.data.data(), vector.checks);
  }
  void fetch(int row) { slice_->fetch(row); }
  void clock() { unit().clock(); }
  void clock(const Cycle& cycle) {
    if (cycle.insn) issue(*cycle.insn);
    for (const auto& [stream, vector] : cycle.streams) present(stream, vector);
    if (cycle.text) fetch(*cycle.text);
    clock();
  }

  /// Empty if there is none.
  [[nodiscard]] std::vector<std::uint8_t> text() {
    const std::uint8_t* bytes = slice_->text();
    if (bytes == nullptr) return {};
    return {bytes, bytes + std::ptrdiff_t{16} * superlanes()};
  }

 private:
  std::unique_ptr<MemSliceRtl> slice_;
};

}  // namespace lpu::rtl
