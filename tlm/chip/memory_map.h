// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "isa/spec/chip_spec.h"

namespace lpu::tlm {

/// What the host sees at a chip's `host_rx` socket. All numbers little endian.
///
/// | From                | Bytes         | Access | Content                                     |
/// |---------------------|---------------|--------|---------------------------------------------|
/// | 0                   | mem_bytes     | rw DMI | MEM: [hemisphere][slice][row][lane]         |
/// | mem_bytes + 0x00    | 8             | r      | state: ChipState                            |
/// | mem_bytes + 0x08    | 8             | r      | cycle: cycle of the chip's clock            |
/// | mem_bytes + 0x10    | 8             | r      | corrected errors since the chip was built   |
/// | mem_bytes + 0x18    | 8             | r      | end cycle of the last finished program      |
/// | mem_bytes + 0x20    | 8             | w      | start: the loaded program begins n cycles   |
/// |                     |               |        | after the current one                       |
///
/// Registers are read and written whole: 8 bytes, aligned.
struct MemoryMap {
  static constexpr std::uint64_t kState = 0x00;
  static constexpr std::uint64_t kCycle = 0x08;
  static constexpr std::uint64_t kCorrected = 0x10;
  static constexpr std::uint64_t kEndCycle = 0x18;
  static constexpr std::uint64_t kStart = 0x20;
  static constexpr std::uint64_t kRegisterBytes = 0x28;

  [[nodiscard]] static std::uint64_t registers(const isa::ChipSpec& spec) {
    return static_cast<std::uint64_t>(spec.mem_bytes());
  }
  /// Address of a row; slices count over both hemispheres, west first.
  [[nodiscard]] static std::uint64_t row(const isa::ChipSpec& spec, int slice, int row_of_slice) {
    return static_cast<std::uint64_t>((slice * spec.mem_rows + row_of_slice) * spec.lanes());
  }
};

enum class ChipState : std::uint64_t { kIdle = 0, kLoaded = 1, kRunning = 2, kFinished = 3 };

}  // namespace lpu::tlm
