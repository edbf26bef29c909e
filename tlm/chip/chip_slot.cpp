// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/chip_slot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "isa/asm/disassembler.h"
#include "rtl/chip/chip_rtl.h"
#include "tlm/chip/link_wire.h"
#include "tlm/chip/rtl_slot.h"
#include "tlm/common/lanes.h"

namespace lpu::tlm {
namespace {

constexpr int kStreams = 64;

isa::Stream stream_of(int number) {
  return isa::Source{isa::Source::Kind::kStream, static_cast<std::uint8_t>(number)}.as_stream();
}

class ChipSlotOfRtl final : public ChipSlot {
 public:
  ChipSlotOfRtl(const isa::ChipSpec& spec, int index, Fidelity fidelity, const StreamPort& streams,
                MemUnit& mem)
      : spec_(spec),
        streams_(streams),
        chip_(rtl::RtlContext::process(), fmt::format("chip{}_rtl", index), spec),
        wires_(static_cast<std::size_t>(spec.c2c_links),
               LinkWire(static_cast<std::size_t>(spec.vector_bytes()))) {
    const int slices = static_cast<int>(isa::ChipSpec::kHemispheres * spec.mem_slices);
    for (int slice = 0; slice < slices; ++slice) {
      mem.set_rtl(slice,
                  {[this, slice](int row, const std::uint8_t* bytes, const CheckWords& checks) {
                     chip_.write_row(slice, row, bytes, checks);
                   },
                   [this, slice](int row, std::uint8_t* bytes) {
                     const std::vector<std::uint8_t> stored = chip_.read_row(slice, row);
                     std::copy(stored.begin(), stored.end(), bytes);
                   },
                   fidelity});
    }
  }

  void load(const isa::Program& program) override {
    chip_.load_queues(program);
    for (LinkWire& wire : wires_) {
      wire.reset();
    }
    running_ = false;
  }

  void start(isa::Cycle at) override {
    chip_.start();
    begin_ = at.value;
    next_ = at.value;
    running_ = true;
  }

  void pass(isa::Cycle until) override {
    while (running_ && next_ < until.value) {
      clock();
    }
  }

  void sent(int link, isa::Cycle leaves, std::span<const std::uint8_t> vector) override {
    wires_[static_cast<std::size_t>(link)].sent(leaves, vector, {});
  }
  void arrives(int link, isa::Cycle at, std::span<const std::uint8_t> vector) override {
    wires_[static_cast<std::size_t>(link)].arrives(at, vector, {next_});
  }

  /// The RTL knows by itself when its program is over.
  void finish(isa::Cycle end, std::int64_t corrected) override {
    while (running_ && !chip_.done() && next_ <= end.value) {
      clock();
    }
    running_ = false;
    if (!chip_.done() || begin_ + chip_.end_cycle().value != end.value) {
      differ(fmt::format(
          "end: model in cycle {}, RTL {}", end.value,
          chip_.done() ? fmt::format("in cycle {}", begin_ + chip_.end_cycle().value) : "not yet"));
    }
    if (chip_.corrected() != corrected || chip_.uncorrectable()) {
      differ(fmt::format("words put right: model {}, RTL {}", corrected, chip_.corrected()));
    }
  }

  [[nodiscard]] rtl::TracedRtl& block() override { return chip_; }
  [[nodiscard]] std::int64_t compared_outputs() const override { return compared_; }
  [[nodiscard]] std::int64_t differences() const override { return differences_; }

 private:
  void clock() {
    for (const rtl::ChipRtl::Position& position : chip_.positions()) {
      for (int stream = 0; stream < kStreams; ++stream) {
        compare(position, stream);
      }
    }
    for (std::size_t link = 0; link < wires_.size(); ++link) {
      connect(static_cast<int>(link), wires_[link]);
    }
    chip_.clock();
    ++next_;
    if (chip_.errors() != 0) {
      throw RtlDifference("lpu/rtl/assertion", "chip", {next_ - 1}, {},
                          "an assertion of the RTL failed");
    }
  }

  void connect(int link, LinkWire& wire) {
    if (const std::string fault = wire.came({next_}, chip_.sent(link)); !fault.empty()) {
      differ(fmt::format("link {}, {}", link, fault));
    }
    if (const std::optional<isa::Phit> phit = wire.into({next_})) {
      chip_.come(link, *phit);
    }
  }

  void compare(const rtl::ChipRtl::Position& position, int number) {
    const isa::Stream stream = stream_of(number);
    for (int r = 0; r < static_cast<int>(spec_.superlanes); ++r) {
      ++compared_;
      const std::size_t word = chip_.word(number, r);
      const isa::Cycle at{next_ - r};
      const bool driven = at.value >= begin_ && streams_.file().driven(stream, position.x, at);
      if (position.is_valid(word) != driven) {
        differ(fmt::format("{}: {}", where(position, stream, r),
                           driven ? "only the model has a value" : "only the RTL has a value"));
      }
      if (driven) {
        compare_word(position, stream, word, r, streams_.file().read(stream, position.x, at));
      }
    }
  }

  void compare_word(const rtl::ChipRtl::Position& position, isa::Stream stream, std::size_t word,
                    int superlane, const std::uint8_t* vector) {
    const std::uint8_t* model = vector + superlane * kSuperlaneLanes;
    const std::uint8_t* rtl = position.bytes(word);
    for (int lane = 0; lane < kSuperlaneLanes; ++lane) {
      if (model[lane] != rtl[lane]) {
        differ(fmt::format("{}, lane {}: model {:#04x}, RTL {:#04x}",
                           where(position, stream, superlane), superlane * kSuperlaneLanes + lane,
                           model[lane], rtl[lane]));
      }
    }
    const CheckWords* stored = streams_.checks_of(vector);
    const std::uint16_t checks =
        stored != nullptr ? (*stored)[static_cast<std::size_t>(superlane)] : secded_encode(model);
    if (position.check_bits(word) != checks) {
      differ(fmt::format("{}, check bits: model {:#05x}, RTL {:#05x}",
                         where(position, stream, superlane), checks, position.check_bits(word)));
    }
  }

  [[nodiscard]] std::string where(const rtl::ChipRtl::Position& position, isa::Stream stream,
                                  int superlane) const {
    return fmt::format("stream {} at x = {} in cycle {} of superlane {}", isa::text_of(stream),
                       position.x, next_ - superlane, superlane);
  }

  [[noreturn]] void differ(const std::string& what) {
    ++differences_;
    throw RtlDifference("lpu/rtl/difference", "chip", {next_}, {}, what);
  }

  isa::ChipSpec spec_;
  const StreamPort& streams_;
  rtl::ChipRtl chip_;
  std::vector<LinkWire> wires_;
  std::int64_t begin_{0};  // of the program
  std::int64_t next_{0};   // the cycle that the RTL is in
  bool running_{false};
  std::int64_t compared_{0};
  std::int64_t differences_{0};
};

}  // namespace

std::unique_ptr<ChipSlot> make_chip_slot(const isa::ChipSpec& spec, int index, Fidelity fidelity,
                                         const StreamPort& streams, MemUnit& mem) {
  return std::make_unique<ChipSlotOfRtl>(spec, index, fidelity, streams, mem);
}

}  // namespace lpu::tlm
