// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "isa/insn/insn.h"
#include "rtl/c2c/c2c_link_rtl.h"
#include "tlm/mem/secded.h"

namespace lpu::rtl {

using isa::decode_frame;
using isa::encode_frame;
using isa::Frame;
using isa::Phit;

using Bytes = std::vector<std::uint8_t>;

[[nodiscard]] inline isa::Stream stream_of(int number) {
  return {static_cast<isa::Direction>(number / 32), static_cast<std::uint8_t>(number % 32)};
}

[[nodiscard]] inline UnitRtl::Checks checks_of(const Bytes& bytes) {
  UnitRtl::Checks checks{};
  for (std::size_t r = 0; r < bytes.size() / 16; ++r) {
    checks[r] = tlm::secded_encode(&bytes[16 * r]);
  }
  return checks;
}

[[nodiscard]] inline Bytes random_bytes(std::size_t n, std::mt19937& random) {
  Bytes bytes(n);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 8);
  return bytes;
}

/// A link's end, one instruction at a time.
class LinkDriver {
 public:
  explicit LinkDriver(int superlanes)
      : link_(C2cLinkRtl::make(RtlContext::process(), "rtl", superlanes)),
        bytes_(static_cast<std::size_t>(16 * superlanes)) {}

  [[nodiscard]] C2cLinkRtl& link() { return *link_; }
  [[nodiscard]] UnitRtl& unit() { return link_->unit(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  void send(const Bytes& vector, int stream = 3) {
    isa::Insn insn;
    insn.op = isa::Op::kSend;
    insn.in = stream_of(stream);
    unit().issue(0, isa::encode(insn));
    unit().present(stream, vector.data(), checks_of(vector));
  }
  void receive(int stream = 40) {
    isa::Insn insn;
    insn.op = isa::Op::kReceive;
    insn.out = stream_of(stream);
    unit().issue(0, isa::encode(insn));
  }
  /// The cycle in which it comes is over for each phit.
  void come(const std::vector<Phit>& phits) {
    for (const Phit& phit : phits) {
      link_->come(phit);
      unit().clock();
    }
  }
  void clock(int cycles) {
    for (; cycles > 0; --cycles) unit().clock();
  }

 private:
  std::unique_ptr<C2cLinkRtl> link_;
  std::size_t bytes_;
};

}  // namespace lpu::rtl
