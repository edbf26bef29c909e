// SPDX-License-Identifier: Apache-2.0
#include "isa/program/program.h"

#include <algorithm>

namespace lpu::isa {
namespace {

constexpr auto kBlock = static_cast<std::size_t>(ChipSpec::kFetchInsns);

/// The rows of one block of a queue, placed where `fetch` reads.
void append_block(const ChipSpec& spec, const std::vector<Insn>& queue, std::size_t first,
                  const Insn& fetch, std::vector<DataRow>& rows) {
  const auto lanes = static_cast<std::size_t>(spec.lanes());
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(fetch_rows(spec)) * lanes);
  const std::size_t last = std::min(first + kBlock, queue.size());
  for (std::size_t i = first; i < last; ++i) {
    const Word word = encode(queue[i]);
    std::copy(word.begin(), word.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>((i - first) * word.size()));
  }
  for (std::size_t at = 0; at < bytes.size(); at += lanes) {
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    rows.push_back({fetch.count,
                    static_cast<std::uint16_t>(fetch.addr + at / lanes),
                    {begin, begin + static_cast<std::ptrdiff_t>(lanes)}});
  }
}

}  // namespace

std::int64_t Program::instructions() const {
  std::int64_t n = 0;
  for (const auto& queue : queues) {
    n += static_cast<std::int64_t>(queue.size());
  }
  return n;
}

std::int64_t fetch_rows(const ChipSpec& spec) {
  const std::int64_t bytes = ChipSpec::kFetchInsns * ChipSpec::kInsnBytes;
  return (bytes + spec.lanes() - 1) / spec.lanes();
}

std::vector<DataRow> text_rows(const ChipSpec& spec, const Program& program) {
  std::vector<DataRow> rows;
  for (const auto& queue : program.queues) {
    std::size_t first = kBlock;
    for (const Insn& insn : queue) {
      if (insn.op == Op::kIfetch && first < queue.size()) {
        append_block(spec, queue, first, insn, rows);
        first += kBlock;
      }
    }
  }
  return rows;
}

}  // namespace lpu::isa
