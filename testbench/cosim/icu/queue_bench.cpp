// SPDX-License-Identifier: Apache-2.0
#include "testbench/cosim/icu/queue_bench.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "testbench/coverage/cover_points.h"

namespace lpu::testbench {

QueueBench::QueueBench(const isa::ChipSpec& spec, int queues, int text_latency)
    : spec_(spec),
      text_latency_(text_latency),
      blank_(static_cast<std::size_t>(spec.vector_bytes()), 0) {
  for (int q = 0; q < queues; ++q) {
    queues_.push_back(std::make_unique<rtl::IcuQueueRtl>(
        rtl::RtlContext::process(), fmt::format("queue{}", q), static_cast<int>(spec.superlanes)));
  }
}

void QueueBench::load(const isa::Program& program) {
  rows_.clear();
  text_.clear();
  now_ = 0;
  for (const isa::DataRow& row : isa::text_rows(spec_, program)) {
    rows_[{row.slice, row.row}] = row.bytes;
  }
  for (std::size_t q = 0; q < queues_.size(); ++q) {
    std::vector<isa::Word> words;
    if (q < program.queues.size()) {
      for (const isa::Insn& insn : program.queues[q]) {
        words.push_back(isa::encode(insn));
      }
    }
    const std::size_t head =
        std::min(words.size(), static_cast<std::size_t>(isa::ChipSpec::kFetchInsns));
    queues_[q]->load(static_cast<std::uint32_t>(words.size()), std::span(words).first(head));
  }
}

void QueueBench::load(const std::vector<isa::Word>& words) {
  load(isa::Program{});
  constexpr std::size_t kHead = isa::ChipSpec::kFetchInsns;
  const auto superlanes = static_cast<std::size_t>(spec_.superlanes);
  for (std::size_t i = kHead; i < words.size(); ++i) {
    const std::size_t at = i - kHead;
    std::vector<std::uint8_t>& row = rows_[{0, static_cast<int>(at / superlanes)}];
    row.resize(blank_.size());
    std::copy(words[i].begin(), words[i].end(),
              row.begin() + static_cast<std::ptrdiff_t>(at % superlanes * sizeof(isa::Word)));
  }
  const std::span<const isa::Word> all(words);
  queues_[0]->load(static_cast<std::uint32_t>(all.size()),
                   all.first(std::min<std::size_t>(all.size(), kHead)));
}

void QueueBench::start() {
  for (const auto& queue : queues_) {
    queue->clock({.start = true});
  }
}

std::vector<QueueBench::Dispatch> QueueBench::step() {
  static CoverPoints events(
      "icu_queue", "events",
      {{"dispatch", "fetch", "notify", "parked", "released", "done beside others"}});
  std::vector<Dispatch> dispatched;
  bool notify = false;
  const std::int64_t rows = isa::fetch_rows(spec_);
  for (int q = 0; q < static_cast<int>(queues_.size()); ++q) {
    const rtl::IcuQueueRtl::Outputs out = outputs(q);
    notify = notify || out.notify;
    if (out.notify) events.hit({2});
    if (out.fetch) events.hit({1});
    if (out.insn_valid) {
      events.hit({0});
      dispatched.push_back({now_, q, out.insn});
    }
    for (std::int64_t row = 0; out.fetch && row < rows; ++row) {
      const auto found = rows_.find({out.fetch_slice, out.fetch_row + static_cast<int>(row)});
      const auto& bytes = found == rows_.end() ? blank_ : found->second;
      text_.push_back({q, now_ + text_latency_ + row, bytes.data()});
    }
  }
  for (int q = 0; q < static_cast<int>(queues_.size()); ++q) {
    const rtl::IcuQueueRtl::Outputs out = outputs(q);
    if (out.parked) events.hit({notify ? 4U : 3U});
    if (out.done && !done()) events.hit({5});
    rtl::IcuQueueRtl::Inputs inputs{.notify = notify};
    present_text(q, inputs);
    queues_[static_cast<std::size_t>(q)]->clock(inputs);
  }
  std::erase_if(text_, [this](const Text& t) { return t.at + spec_.superlanes <= now_; });
  ++now_;
  return dispatched;
}

void QueueBench::present_text(int queue, rtl::IcuQueueRtl::Inputs& inputs) const {
  for (const Text& text : text_) {
    const std::int64_t superlane = now_ - text.at;
    if (text.queue == queue && superlane >= 0 && superlane < spec_.superlanes) {
      inputs.text[static_cast<std::size_t>(superlane)] =
          text.row + superlane * static_cast<std::int64_t>(sizeof(isa::Word));
    }
  }
}

std::vector<QueueBench::Dispatch> QueueBench::run(std::int64_t limit) {
  std::vector<Dispatch> all;
  while (!done() && now_ < limit) {
    const std::vector<Dispatch> some = step();
    all.insert(all.end(), some.begin(), some.end());
  }
  EXPECT_TRUE(done()) << "not done after " << limit << " cycles";
  return all;
}

bool QueueBench::done() const {
  return std::all_of(queues_.begin(), queues_.end(),
                     [](const auto& queue) { return queue->outputs().done; });
}

std::uint64_t QueueBench::errors() const {
  std::uint64_t sum = 0;
  for (const auto& queue : queues_) {
    sum += queue->errors();
  }
  return sum;
}

}  // namespace lpu::testbench
