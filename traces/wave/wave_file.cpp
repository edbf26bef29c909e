// SPDX-License-Identifier: Apache-2.0
#include "traces/wave/wave_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "isa/error/input_error.h"
#include "traces/file/whole_file.h"
#include "traces/wave/glob.h"
#include "traces/wave/gtkw.h"

namespace lpu::traces {
namespace {

constexpr std::int64_t kFemtosecondsPerMicrosecond = 1'000'000'000;

bool has_suffix(const std::string& path, const char* suffix) {
  return std::filesystem::path(path).extension() == suffix;
}

}  // namespace

WaveFile::WaveFile(Config config, const isa::Geometry& geometry, int chips)
    : config_(std::move(config)), signals_(geometry, chips, config_.scope) {
  if (!has_suffix(config_.path, ".vcd") && !has_suffix(config_.path, ".fst")) {
    throw isa::InputError(config_.path, 0, "a waveform's name ends in .vcd or .fst");
  }
  if (signals_.signals().empty()) {
    throw isa::InputError(config_.path, 0,
                          fmt::format("no unit of {} chips is meant by the wave scope '{}'; "
                                      "units are named like chip0.{}",
                                      chips, config_.scope, geometry.name(0)));
  }
  if (config_.last < config_.first) {
    throw isa::InputError(config_.path, 0,
                          fmt::format("the wave window {}:{} ends before it begins",
                                      config_.first.value, config_.last.value));
  }
  moved_.resize(signals_.signals().size());
}

WaveFile::~WaveFile() {
  try {
    close();
  } catch (const isa::InputError&) {
    // The run already stops on another error, which is the one to be told.
  }
}

void WaveFile::add_rtl(RtlTrace rtl) {
  if (writer_ != nullptr) throw std::logic_error("add_rtl after open");
  if (in_scope(config_.scope, rtl.scope)) rtl_.push_back(std::move(rtl));
}

void WaveFile::open() {
  const bool vcd = has_suffix(config_.path, ".vcd");
  writer_ = vcd && rtl_.empty() ? make_vcd_writer(config_.path, signals_.signals())
                                : make_fst_writer(config_.path, signals_.signals(), rtl_, vcd);
}

void WaveFile::record(const Event& event) {
  if (in_window(event.at) && signals_.wants(event.chip, event.queue)) waiting_.push_back(event);
}

void WaveFile::cycle(isa::Cycle at) {
  if (writer_ == nullptr || !in_window(at)) return;
  take(at);
  const std::vector<std::size_t> changed = signals_.changed();
  if (first_dumped_.value < 0) {
    first_dumped_ = at;
    writer_->dump_all(time_of(at), signals_.values());
  } else {
    writer_->dump(time_of(at), signals_.values(), changed);
  }
  for (const std::size_t s : changed) moved_[s] = true;
  signals_.end_cycle();
}

void WaveFile::take(isa::Cycle at) {
  signals_.begin_cycle(at);
  std::erase_if(waiting_, [&](const Event& event) {
    if (event.at < at) {
      throw std::logic_error(
          fmt::format("wave: an event of cycle {} came after that cycle", event.at.value));
    }
    if (event.at == at) signals_.apply(event);
    return event.at == at;
  });
}

void WaveFile::close() {
  if (writer_ == nullptr) return;
  const std::unique_ptr<WaveWriter> writer = std::move(writer_);
  write_save_file(writer->close());
}

void WaveFile::write_save_file(std::vector<RtlSignal> rtl) const {
  const auto path = std::filesystem::path(config_.path).replace_extension(".gtkw");
  WholeFile file(path.string());
  std::vector<std::string> blocks;
  for (const RtlTrace& block : rtl_) blocks.push_back(block.scope);
  file.write(gtkw_text({.wave_path = config_.path,
                        .signals = &signals_.signals(),
                        .moved = moved_,
                        .blocks = std::move(blocks),
                        .rtl = std::move(rtl),
                        .start_time = first_dumped_.value < 0 ? 0 : time_of(first_dumped_),
                        .cycle_time = time_of({1})}));
  file.commit();
}

std::uint64_t WaveFile::time_of(isa::Cycle at) const {
  // Split: a long run in femtoseconds still fits, cycles times 10^9 would not.
  const std::int64_t whole = at.value / config_.clock_mhz * kFemtosecondsPerMicrosecond;
  const std::int64_t rest =
      at.value % config_.clock_mhz * kFemtosecondsPerMicrosecond / config_.clock_mhz;
  return static_cast<std::uint64_t>(whole + rest);
}

}  // namespace lpu::traces
