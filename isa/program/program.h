// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "isa/insn/insn.h"

namespace lpu::isa {

/// Where an instruction came from, for messages. Line 0: not from a text.
struct SourceLine {
  std::uint32_t line{0};
};

/// One vector of initial memory.
struct DataRow {
  std::uint16_t slice{0};  // 0.. both hemispheres, west first
  std::uint16_t row{0};
  std::vector<std::uint8_t> bytes;  // lanes() of them
};

/// The instructions of one chip: a list a queue, in issue order, and the vectors that the host
/// places in MEM before the start. The first kFetchInsns instructions of a queue are placed in
/// the queue by the host; each further block of kFetchInsns is brought by one `ifetch` from the
/// rows it names (`fetch_rows`), which `text_rows` derives.
struct Program {
  std::string name;
  std::vector<std::vector<Insn>> queues;
  std::vector<std::vector<std::uint32_t>> lines;  // parallel to queues, or empty
  std::vector<DataRow> data;

  [[nodiscard]] std::int64_t instructions() const;
};

/// An instruction that does work, at the cycle of its dispatch: NOP, Repeat, Sync, Notify and
/// Ifetch are resolved.
struct Issue {
  Cycle at;
  int queue{0};
  std::uint32_t index{0};  // position in the queue's list
  Insn insn;               // with addr as stepped by a repeat
};

/// Rows that one ifetch reads, in as many cycles: 640 B.
[[nodiscard]] std::int64_t fetch_rows(const ChipSpec& spec);

/// The program text as MEM rows: what ifetch reads. The n-th ifetch of a queue (from 1) brings
/// its n-th block of kFetchInsns; the last block ends in zeros.
[[nodiscard]] std::vector<DataRow> text_rows(const ChipSpec& spec, const Program& program);

/// Binary form, version 1. write throws InputError when the file cannot be written whole, and
/// leaves nothing behind; read throws InputError naming file and reason.
///
/// All numbers little endian: magic "LPUPROG" and a zero byte, u32 version; u32 length and bytes of
/// the name; u32 queues; for each queue u32 instructions, its words, u8 1 if a u32 source line
/// follows for each, else 0; u32 data rows; for each u16 slice, u16 row, u32 length, bytes; u64
/// FNV-1a of all before it.
void write_program(const std::string& path, const Program& program);
[[nodiscard]] Program read_program(const std::string& path);

/// The same on bytes; `file` is for messages.
[[nodiscard]] std::vector<std::uint8_t> pack_program(const std::string& file,
                                                     const Program& program);
[[nodiscard]] Program unpack_program(const std::string& file, std::span<const std::uint8_t> bytes);
[[nodiscard]] std::uint64_t checksum(std::span<const std::uint8_t> bytes);

}  // namespace lpu::isa
