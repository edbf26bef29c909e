// SPDX-License-Identifier: Apache-2.0
// Some RTL queues, the MEM their text comes from, and the wire of the notifies.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "isa/program/program.h"
#include "isa/spec/chip_spec.h"
#include "rtl/icu/icu_queue_rtl.h"

namespace lpu::testbench {

class QueueBench {
 public:
  /// An instruction that a queue handed to its unit.
  struct Dispatch {
    std::int64_t at{0};
    int queue{0};
    isa::Word insn{};
    friend bool operator==(const Dispatch&, const Dispatch&) = default;
  };

  /// The first word of a text is at its queue `text_latency` cycles after the ifetch.
  QueueBench(const isa::ChipSpec& spec, int queues, int text_latency);

  void load(const isa::Program& program);
  /// Queue 0 alone gets these words; fetch k of it must be of slice 0, row k times the rows of a
  /// fetch.
  void load(const std::vector<isa::Word>& words);
  void start();
  /// Runs cycle `now()` and returns what was dispatched in it.
  std::vector<Dispatch> step();
  /// Until all queues are done; a failure after `limit` cycles.
  std::vector<Dispatch> run(std::int64_t limit);

  [[nodiscard]] std::int64_t now() const { return now_; }
  [[nodiscard]] bool done() const;
  [[nodiscard]] rtl::IcuQueueRtl::Outputs outputs(int queue) const {
    return queues_[static_cast<std::size_t>(queue)]->outputs();
  }
  [[nodiscard]] std::uint64_t errors() const;

 private:
  /// A row of text on its way to a queue: superlane 0's word arrives in cycle `at`.
  struct Text {
    int queue{0};
    std::int64_t at{0};
    const std::uint8_t* row{nullptr};
  };

  void present_text(int queue, rtl::IcuQueueRtl::Inputs& inputs) const;

  isa::ChipSpec spec_;
  std::int64_t text_latency_;
  std::vector<std::unique_ptr<rtl::IcuQueueRtl>> queues_;
  std::map<std::pair<int, int>, std::vector<std::uint8_t>> rows_;
  std::vector<std::uint8_t> blank_;
  std::deque<Text> text_;
  std::int64_t now_{0};
};

}  // namespace lpu::testbench
