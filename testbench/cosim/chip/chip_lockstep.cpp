// SPDX-License-Identifier: Apache-2.0
#include "testbench/cosim/chip/chip_lockstep.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "tlm/mem/secded.h"

namespace lpu::testbench {
namespace {

isa::Stream stream_of(int number) {
  return {static_cast<isa::Direction>(number / 32), static_cast<std::uint8_t>(number % 32)};
}

std::string hex(const std::uint8_t* bytes) {
  std::string text;
  for (int i = 0; i < 16; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

}  // namespace

ChipLockstep::ChipLockstep(const isa::ChipSpec& spec, const std::string& name,
                           tlm::ChipCore::Send send)
    : spec_(spec),
      lanes_(static_cast<std::size_t>(spec.lanes())),
      superlanes_(static_cast<int>(spec.superlanes)),
      model_({.spec = spec, .fidelity = {}, .block = {}}, std::move(send)),
      rtl_(rtl::RtlContext::process(), name, spec),
      snapshots_(static_cast<std::size_t>(spec.superlanes)) {
  for (Snapshot& snapshot : snapshots_) {
    const std::size_t vectors = rtl_.positions().size() * kStreams;
    snapshot.valid.resize(vectors);
    snapshot.bytes.resize(vectors * lanes_);
    snapshot.checks.resize(vectors);
  }
}

void ChipLockstep::write_row(int slice, int row, const std::vector<std::uint8_t>& bytes) {
  model_.mem().place(slice, row, bytes);
  rtl_.write_row(slice, row, bytes.data());
}

void ChipLockstep::run(const isa::Program& program, const std::vector<cosim::Fault>& faults) {
  load(program, faults);
  while (!done()) {
    if (!step()) return;
  }
  finish();
}

void ChipLockstep::load(const isa::Program& program, const std::vector<cosim::Fault>& faults) {
  corrected_before_ = model_.statistics().corrected_errors;
  model_.load(program);
  rtl_.load(program);
  for (const cosim::Fault& fault : faults) {
    model_.mem().inject(fault.slice, fault.row, fault.superlane, fault.bit);
    rtl_.inject_error(fault.slice, fault.row, fault.superlane, fault.bit);
  }
  for (Snapshot& snapshot : snapshots_) std::fill(snapshot.valid.begin(), snapshot.valid.end(), 0);
  begin_ = model_.now();
  model_.start(begin_);
  rtl_.start();
}

bool ChipLockstep::step() {
  const isa::Cycle at = begin_ + (rtl_.cycle() - isa::Cycle{0});
  model_.run_until(at);
  std::rotate(snapshots_.rbegin(), snapshots_.rbegin() + 1, snapshots_.rend());
  take(at, snapshots_.front());
  if (!compare(rtl_.cycle().value)) return false;
  if (model_.state() == tlm::ChipState::kFinished && at > model_.end_cycle()) {
    ADD_FAILURE() << "the RTL goes on after the model's end in cycle "
                  << (model_.end_cycle() - begin_).value;
    return false;
  }
  rtl_.clock();
  ++cycles_;
  return true;
}

void ChipLockstep::finish() {
  ASSERT_EQ(model_.state(), tlm::ChipState::kFinished);
  EXPECT_EQ(rtl_.end_cycle().value, (model_.end_cycle() - begin_).value);
  EXPECT_EQ(rtl_.errors(), 0U);
  EXPECT_EQ(rtl_.corrected(), model_.statistics().corrected_errors - corrected_before_);
  EXPECT_FALSE(rtl_.uncorrectable());
}

void ChipLockstep::take(isa::Cycle at, Snapshot& snapshot) const {
  std::size_t vector = 0;
  const tlm::StreamFile& file = model_.streams().file();
  for (const rtl::ChipRtl::Position& position : rtl_.positions()) {
    for (int number = 0; number < kStreams; ++number, ++vector) {
      const isa::Stream stream = stream_of(number);
      snapshot.valid[vector] = file.driven(stream, position.x, at) ? 1 : 0;
      if (snapshot.valid[vector] == 0) continue;
      const std::uint8_t* bytes = file.read(stream, position.x, at);
      std::memcpy(&snapshot.bytes[vector * lanes_], bytes, lanes_);
      if (const tlm::CheckWords* checks = model_.streams().checks_of(bytes)) {
        snapshot.checks[vector] = *checks;
        continue;
      }
      for (std::size_t r = 0; r < static_cast<std::size_t>(superlanes_); ++r) {
        snapshot.checks[vector][r] = tlm::secded_encode(bytes + 16 * r);
      }
    }
  }
}

bool ChipLockstep::compare(std::int64_t cycle) {
  for (std::size_t p = 0; p < rtl_.positions().size(); ++p) {
    for (int stream = 0; stream < kStreams; ++stream) {
      for (int r = 0; r < superlanes_; ++r) {
        if (!compare_word(cycle, p, stream, r, snapshots_[static_cast<std::size_t>(r)])) {
          return false;
        }
      }
    }
  }
  registers_ += static_cast<std::int64_t>(rtl_.positions().size()) * kStreams * superlanes_;
  return true;
}

bool ChipLockstep::compare_word(std::int64_t cycle, std::size_t position, int stream, int superlane,
                                const Snapshot& expected) {
  const rtl::ChipRtl::Position& registers = rtl_.positions()[position];
  const std::size_t word = rtl_.word(stream, superlane);
  const std::size_t vector = position * kStreams + static_cast<std::size_t>(stream);
  const bool valid = expected.valid[vector] != 0;
  const auto r = static_cast<std::size_t>(superlane);
  const std::uint8_t* bytes = &expected.bytes[vector * lanes_ + 16 * r];
  const auto where = [&] {
    return fmt::format("cycle {}, x = {}, stream {}{}, superlane {}", cycle, registers.x,
                       stream < kStreams / 2 ? 'e' : 'w', stream % 32, superlane);
  };
  if (registers.is_valid(word) != valid) {
    ADD_FAILURE() << where() << ": " << (valid ? "only the model" : "only the RTL")
                  << " has a value";
    return false;
  }
  if (!valid) return true;
  ++valid_registers_;
  if (std::memcmp(registers.bytes(word), bytes, 16) != 0 ||
      registers.check_bits(word) != expected.checks[vector][r]) {
    ADD_FAILURE() << where() << ": RTL " << hex(registers.bytes(word)) << " "
                  << registers.check_bits(word) << ", model " << hex(bytes) << " "
                  << expected.checks[vector][r];
    return false;
  }
  return true;
}

void ChipLockstep::compare_memory() {
  for (int slice = 0; slice < 2 * static_cast<int>(spec_.mem_slices); ++slice) {
    for (int row = 0; row < static_cast<int>(spec_.mem_rows); ++row) {
      const std::vector<std::uint8_t> got = rtl_.read_row(slice, row);
      const std::span<const std::uint8_t> expected = model_.mem().row(slice, row);
      ASSERT_TRUE(std::equal(got.begin(), got.end(), expected.begin()))
          << "slice " << slice << " row " << row;
    }
  }
}

}  // namespace lpu::testbench
