// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/icu_slot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <span>
#include <utility>

#include "isa/asm/disassembler.h"
#include "isa/spec/geometry.h"
#include "rtl/icu/icu_queue_rtl.h"

namespace lpu::tlm {
namespace {

class IcuSlotOfQueue final : public IcuSlot {
 public:
  explicit IcuSlotOfQueue(const Config& config)
      : config_(config),
        geometry_(config.spec),
        block_(rtl::RtlContext::process(), scope_of(config.name),
               static_cast<int>(config.spec.superlanes)) {}

  void load(const std::vector<isa::Insn>& list, const TextSource& text) override {
    text_ = &text;
    const std::size_t head =
        std::min(list.size(), static_cast<std::size_t>(isa::ChipSpec::kFetchInsns));
    std::vector<isa::Word> words;
    for (std::size_t i = 0; i < head; ++i) {
      words.push_back(isa::encode(list[i]));
    }
    block_.load(static_cast<std::uint32_t>(list.size()), words);
    rows_.clear();
    running_ = false;
    index_ = 0;
  }

  void start(isa::Cycle at) override {
    clock(true);
    next_ = at.value;
    running_ = true;
  }

  const isa::Insn* step(isa::Cycle at, const isa::Insn* work, bool notify,
                        std::uint32_t index) override {
    index_ = index;
    judged_ = true;
    const rtl::IcuQueueRtl::Outputs out = block_.outputs();
    judge(at, out, work, notify);
    if (work == nullptr || config_.fidelity == Fidelity::kBoth) {
      return work;
    }
    const std::optional<isa::Insn> insn = isa::decode(out.insn);
    if (!insn) {
      differ(at, "the word that the RTL dispatches is no instruction");
    }
    insn_ = *insn;
    return &insn_;
  }

  void notified(isa::Cycle at) override { notify_ = notify_ || at.value == next_; }

  void pass(isa::Cycle until) override {
    while (running_ && next_ < until.value) {
      const rtl::IcuQueueRtl::Outputs out = block_.outputs();
      if (!judged_) {
        judge({next_}, out, nullptr, false);
      }
      judged_ = false;
      running_ = !out.done || out.insn_valid || !rows_.empty();
      if (out.fetch) {
        fetch(out);
      }
      clock(false);
      ++next_;
    }
  }

  [[nodiscard]] const std::string& name() const override { return config_.name; }
  [[nodiscard]] rtl::TracedRtl& block() override { return block_; }
  [[nodiscard]] std::int64_t compared_outputs() const override { return compared_; }
  [[nodiscard]] std::int64_t differences() const override { return differences_; }

 private:
  static std::string scope_of(std::string name) {
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
  }

  /// The slice reads a row a cycle from now on; each is at the queue a cycle later.
  void fetch(const rtl::IcuQueueRtl::Outputs& out) {
    const std::span<const std::uint8_t> bytes = text_->text(out.fetch_slice, out.fetch_row);
    const std::size_t row = static_cast<std::size_t>(config_.spec.vector_bytes());
    rows_.emplace_back();  // this cycle's clock still brings none
    for (std::size_t at = 0; at < bytes.size(); at += row) {
      rows_.push_back(bytes.subspan(at, std::min(row, bytes.size() - at)));
    }
  }

  void clock(bool start) {
    rtl::IcuQueueRtl::Inputs inputs;
    inputs.start = start;
    inputs.notify = std::exchange(notify_, false);
    if (!rows_.empty()) {
      const std::span<const std::uint8_t> row = rows_.front();
      for (std::size_t r = 0; r * sizeof(isa::Word) < row.size(); ++r) {
        inputs.text[r] = row.data() + r * sizeof(isa::Word);
      }
      rows_.pop_front();
    }
    block_.clock(inputs);
    if (block_.errors() != 0) {
      throw RtlDifference("lpu/rtl/assertion", config_.name, {next_}, {config_.queue, index_},
                          "an assertion of the RTL failed");
    }
  }

  void judge(isa::Cycle at, const rtl::IcuQueueRtl::Outputs& out, const isa::Insn* work,
             bool notify) {
    ++compared_;
    if (out.notify != notify) {
      differ(at, fmt::format("notify: model {}, RTL {}", notify, out.notify));
    }
    if (out.insn_valid != (work != nullptr)) {
      differ(at,
             fmt::format("dispatch: model {}, RTL {}", work == nullptr ? "none" : text_of(*work),
                         out.insn_valid ? text_of(out.insn) : "none"));
    }
    if (work != nullptr && config_.fidelity == Fidelity::kBoth && out.insn != isa::encode(*work)) {
      differ(at, fmt::format("dispatch: model {}, RTL {}", text_of(*work), text_of(out.insn)));
    }
  }

  [[nodiscard]] std::string text_of(const isa::Insn& insn) const {
    return fmt::format("`{}`", isa::text_of(geometry_, insn));
  }
  [[nodiscard]] std::string text_of(const isa::Word& word) const {
    const std::optional<isa::Insn> insn = isa::decode(word);
    return insn ? text_of(*insn) : fmt::format("{:02x}", fmt::join(word, " "));
  }

  [[noreturn]] void differ(isa::Cycle at, const std::string& what) {
    ++differences_;
    throw RtlDifference("lpu/rtl/difference", config_.name, at, {config_.queue, index_},
                        fmt::format("cycle {}: {}", at.value, what));
  }

  Config config_;
  isa::Geometry geometry_;
  rtl::IcuQueueRtl block_;
  const TextSource* text_{nullptr};
  std::deque<std::span<const std::uint8_t>> rows_;  // of the fetches under way, one a cycle
  std::int64_t next_{0};                            // the cycle that the block is in
  bool running_{false};
  bool judged_{false};  // in cycle next_
  bool notify_{false};  // in cycle next_
  std::uint32_t index_{0};
  isa::Insn insn_;
  std::int64_t compared_{0};
  std::int64_t differences_{0};
};

}  // namespace

std::unique_ptr<IcuSlot> make_icu_slot(const IcuSlot::Config& config) {
  return std::make_unique<IcuSlotOfQueue>(config);
}

}  // namespace lpu::tlm
