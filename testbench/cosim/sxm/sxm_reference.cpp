// SPDX-License-Identifier: Apache-2.0
#include "testbench/cosim/sxm/sxm_reference.h"

#include <array>
#include <cstddef>

#include "tlm/sxm/sxm_ops.h"

namespace lpu::rtl {
namespace {

int number_of(isa::Stream s) { return static_cast<int>(s.dir) * 32 + s.index; }

using Values = std::vector<std::uint32_t>;

Values values_of(const Streams& streams, Group group) {
  Values values(streams[0].size(), 0);
  for (int k = 0; k < group.count; ++k) {
    const Bytes& bytes = streams[static_cast<std::size_t>(group.first + k)];
    for (std::size_t i = 0; i < bytes.size(); ++i) values[i] |= std::uint32_t{bytes[i]} << (8 * k);
  }
  return values;
}

std::vector<Bytes> bytes_of(const Values& values, int count) {
  std::vector<Bytes> streams;
  for (int k = 0; k < count; ++k) {
    Bytes& bytes = streams.emplace_back();
    for (const std::uint32_t value : values) {
      bytes.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
    }
  }
  return streams;
}

std::vector<Bytes> transposed_by_hand(const isa::Insn& insn, const Streams& streams) {
  const auto first = static_cast<std::size_t>(number_of(*insn.in));
  const std::size_t lanes = streams[0].size();
  std::vector<Bytes> out(16, Bytes(lanes));
  for (std::size_t i = 0; i < 16; ++i) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      out[i][lane] = streams[first + lane % 16][lane / 16 * 16 + i];
    }
  }
  return out;
}

}  // namespace

std::vector<Group> operands_of(const isa::Insn& insn) {
  std::vector<Group> groups{{number_of(*insn.in), result_of(insn).count}};
  if (insn.op == isa::Op::kPermute) groups.push_back({number_of(*insn.map), 2});
  if (insn.op == isa::Op::kDistribute) groups.push_back({number_of(*insn.map), 1});
  return groups;
}

Group result_of(const isa::Insn& insn) {
  const bool transpose = insn.op == isa::Op::kTranspose;
  return {number_of(*insn.out), transpose ? 16 : isa::bytes_of(insn.type)};
}

std::vector<Bytes> by_hand(const isa::Insn& insn, const Streams& streams) {
  if (insn.op == isa::Op::kTranspose) return transposed_by_hand(insn, streams);
  const std::vector<Group> groups = operands_of(insn);
  const Values in = values_of(streams, groups[0]);
  const Values map = groups.size() > 1 ? values_of(streams, groups[1]) : Values(in.size());
  const int lanes = static_cast<int>(in.size());
  Values out(in.size(), 0);
  for (int i = 0; i < lanes; ++i) {
    const auto lane = static_cast<std::size_t>(i);
    const int superlane = i / 16 * 16;
    int from = -1;
    if (insn.op == isa::Op::kShift) {
      from = i - insn.stride;
    } else if (insn.op == isa::Op::kPermute) {
      from = static_cast<int>(map[lane]);
    } else if (insn.op == isa::Op::kDistribute) {
      from = map[lane] >= 0x80 ? -1 : superlane + static_cast<int>(map[lane] % 16);
    } else if (insn.op == isa::Op::kRotate) {
      from = superlane + ((i + insn.stride) % 16 + 16) % 16;
    }
    if (from >= 0 && from < lanes) out[lane] = in[static_cast<std::size_t>(from)];
  }
  return bytes_of(out, groups[0].count);
}

std::vector<Bytes> by_model(const isa::Insn& insn, const Streams& streams) {
  const std::vector<Group> groups = operands_of(insn);
  const auto vector = [&](std::size_t group, int k) {
    return streams[static_cast<std::size_t>(groups[group].first + k)].data();
  };
  const int lanes = static_cast<int>(streams[0].size());
  const int count = groups[0].count;
  std::vector<Bytes> out(static_cast<std::size_t>(count), Bytes(streams[0].size()));
  if (insn.op == isa::Op::kTranspose) {
    std::array<const std::uint8_t*, 16> in{};
    std::array<std::uint8_t*, 16> to{};
    for (std::size_t k = 0; k < 16; ++k) {
      in[k] = vector(0, static_cast<int>(k));
      to[k] = out[k].data();
    }
    tlm::transpose(in.data(), to.data(), lanes);
    return out;
  }
  for (int k = 0; k < count; ++k) {
    std::uint8_t* to = out[static_cast<std::size_t>(k)].data();
    if (insn.op == isa::Op::kShift) {
      tlm::shift(vector(0, k), insn.stride, to, lanes);
    } else if (insn.op == isa::Op::kPermute) {
      tlm::permute(vector(0, k), vector(1, 0), vector(1, 1), to, lanes);
    } else if (insn.op == isa::Op::kDistribute) {
      tlm::distribute(vector(0, k), vector(1, 0), to, lanes);
    } else {
      tlm::rotate(vector(0, k), insn.stride, to, lanes);
    }
  }
  return out;
}

}  // namespace lpu::rtl
