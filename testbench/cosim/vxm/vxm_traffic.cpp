// SPDX-License-Identifier: Apache-2.0
#include "testbench/cosim/vxm/vxm_traffic.h"

#include <algorithm>

#include "tlm/mem/secded.h"
#include "tlm/vxm/alu.h"

namespace lpu::rtl {
namespace {

using isa::Insn;
using isa::Op;
using isa::Source;
using isa::Type;

constexpr std::uint64_t kWrongPercent = 3;

Type result_type(const Insn& insn) { return insn.op == Op::kCast ? insn.to : insn.type; }

isa::Stream stream_of(int number) {
  return {static_cast<isa::Direction>(number / 32), static_cast<std::uint8_t>(number % 32)};
}

}  // namespace

VxmTraffic::VxmTraffic(const VxmSize& size, std::uint64_t seed)
    : size_(size), lanes_(static_cast<std::size_t>(16 * size.superlanes)), random_(seed) {}

VxmCycle VxmTraffic::next() {
  if (now_ % 40 == 0) load_ = random_.one_of(std::vector<std::uint64_t>{0, 4, 30, 80, 100});
  VxmCycle cycle;
  wrong_words_.fill(0);
  std::uint64_t outputs = 0;
  for (int alu = 0; alu < size_.alus; ++alu) {
    if (!random_.percent(load_)) continue;
    Insn insn = any_insn();
    insn.a = any_source(alu, insn.type, cycle);
    if (!isa::is_unary(insn.op)) insn.b = any_source(alu, insn.type, cycle);
    if (isa::uses_imm(insn)) {
      // Whole registers, and values of the type with nothing above them.
      insn.imm = random_.percent(30) ? static_cast<std::uint32_t>(random_.below(1ULL << 32))
                                     : random_.value(insn.type);
    }
    const int bytes = isa::bytes_of(result_type(insn));
    const int out = any_group(bytes);
    const std::uint64_t group = ((std::uint64_t{1} << bytes) - 1) << out;
    if (random_.percent(70) && (outputs & group) == 0) {
      insn.out = stream_of(out);
      outputs |= group;
    }
    cycle.insns.emplace_back(alu, insn);
  }
  for (int s = 0; s < 64; ++s) {
    if (cycle.driven[static_cast<std::size_t>(s)]) damage(cycle, s);
  }
  for (const auto& [alu, insn] : cycle.insns) execute(cycle, alu, insn);
  ++now_;
  return cycle;
}

isa::Insn VxmTraffic::any_insn() {
  static const auto ops = isa::vxm_ops();
  Insn insn;
  do {
    insn.op = ops[random_.below(ops.size())].op;
    insn.type = static_cast<Type>(random_.below(5));
  } while (!tlm::supports(insn.op, insn.type));
  if (insn.op == Op::kCast) insn.to = static_cast<Type>(random_.below(5));
  return insn;
}

int VxmTraffic::any_group(int bytes) {
  const auto groups = 64 / static_cast<std::uint64_t>(bytes);
  return bytes * static_cast<int>(random_.below(groups));
}

isa::Source VxmTraffic::any_source(int alu, Type type, VxmCycle& cycle) {
  std::vector<int> chains;
  for (int j = 0; j < size_.alus; ++j) {
    if (chainable(j) != nullptr) chains.push_back(j);
  }
  if (!chains.empty() && random_.percent(50)) return Source::alu(random_.one_of(chains));
  if (last_[static_cast<std::size_t>(alu)].at != INT64_MIN && random_.percent(25)) {
    return Source::acc();
  }
  if (random_.percent(20)) return Source::imm();
  const int base = any_group(isa::bytes_of(type));
  feed(cycle, base, type);
  return Source::stream(stream_of(base));
}

/// Values of the type, on those streams of the group that nobody drives yet.
void VxmTraffic::feed(VxmCycle& cycle, int base, Type type) {
  const std::vector<std::vector<std::uint8_t>> vectors = random_.vectors(type, lanes_);
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const auto s = static_cast<std::size_t>(base) + i;
    if (cycle.driven[s]) continue;
    cycle.driven[s] = true;
    cycle.data[s] = vectors[i];
    clean_[s] = vectors[i];
    for (std::size_t r = 0; r < static_cast<std::size_t>(size_.superlanes); ++r) {
      cycle.checks[s][r] = tlm::secded_encode(&vectors[i][16 * r]);
    }
  }
}

/// Turns over one of the 137 bits of a word now and then.
void VxmTraffic::damage(VxmCycle& cycle, int stream) {
  const auto s = static_cast<std::size_t>(stream);
  for (std::size_t r = 0; r < static_cast<std::size_t>(size_.superlanes); ++r) {
    if (!random_.percent(kWrongPercent)) continue;
    ++wrong_words_[s];
    const std::size_t bit = random_.below(137);
    if (bit < 128) {
      cycle.data[s][16 * r + bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    } else {
      cycle.checks[s][r] ^= static_cast<std::uint16_t>(1U << (bit - 128));
    }
  }
}

const VxmTraffic::Result* VxmTraffic::chainable(int alu) const {
  const Result& result =
      results_[static_cast<std::size_t>(alu)][static_cast<std::size_t>(now_ + 4 - kChain) % 4];
  return result.at == now_ - kChain ? &result : nullptr;
}

/// The lanes of an operand; of streams, how many words were wrong is counted.
VxmTraffic::Lanes VxmTraffic::operand(VxmCycle& cycle, int alu, const Insn& insn, Source source,
                                      int& chain) {
  Lanes lanes(lanes_);
  switch (source.kind) {
    case Source::Kind::kStream: {
      std::array<const std::uint8_t*, 4> streams{};
      for (std::size_t i = 0; i < static_cast<std::size_t>(isa::bytes_of(insn.type)); ++i) {
        streams[i] = clean_[source.value + i].data();
        cycle.corrected += wrong_words_[source.value + i];
      }
      tlm::load(insn.type, streams.data(), lanes.data(), static_cast<int>(lanes_));
      return lanes;
    }
    case Source::Kind::kAlu:
      chain = std::max(chain, 1 + chainable(source.value)->chain);
      return chainable(source.value)->lanes;
    case Source::Kind::kAcc:
      return last_[static_cast<std::size_t>(alu)].lanes;
    default:
      tlm::broadcast(insn.imm, lanes.data(), static_cast<int>(lanes_));
      return lanes;
  }
}

void VxmTraffic::execute(VxmCycle& cycle, int alu, const Insn& insn) {
  Result result{now_, 1, Lanes(lanes_)};
  const Lanes a = operand(cycle, alu, insn, insn.a, result.chain);
  const Lanes b = isa::is_unary(insn.op) ? a : operand(cycle, alu, insn, insn.b, result.chain);
  tlm::execute(insn, a.data(), b.data(), result.lanes.data(), static_cast<int>(lanes_));
  for (std::size_t i = 0; i < lanes_; ++i) {
    if (i % 16 >= static_cast<std::size_t>(size_.lanes)) result.lanes[i] = 0;
  }

  if (insn.out) {
    const int base = static_cast<int>(insn.out->dir) * 32 + insn.out->index;
    std::array<std::uint8_t*, 4> streams{};
    const int bytes = isa::bytes_of(result_type(insn));
    for (int i = 0; i < bytes; ++i) {
      cycle.drives.push_back({4 * alu + i, base + i, std::vector<std::uint8_t>(lanes_)});
    }
    for (int i = 0; i < bytes; ++i) {
      const std::size_t first = cycle.drives.size() - static_cast<std::size_t>(bytes);
      streams[static_cast<std::size_t>(i)] =
          cycle.drives[first + static_cast<std::size_t>(i)].data.data();
    }
    tlm::store(result_type(insn), result.lanes.data(), streams.data(), static_cast<int>(lanes_));
  }
  longest_chain_ = std::max(longest_chain_, result.chain);
  ++counts_[{insn.op, insn.type, result_type(insn)}];
  // An ALU that takes its own result of this cycle is none: what is read was written before.
  last_[static_cast<std::size_t>(alu)] = result;
  results_[static_cast<std::size_t>(alu)][static_cast<std::size_t>(now_) % 4] = std::move(result);
}

}  // namespace lpu::rtl
