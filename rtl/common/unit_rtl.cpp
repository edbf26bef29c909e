// SPDX-License-Identifier: Apache-2.0
#include "rtl/common/unit_rtl.h"

#include <algorithm>

namespace lpu::rtl {

void UnitRtl::set_pins(const Pins& pins) {
  pins_ = pins;
  const std::size_t vector = static_cast<std::size_t>(superlanes_) * kWordBytes;
  drive_ports_ = pins_.drive_data.bytes() / vector;
}

void UnitRtl::issue(int queue, const isa::Word& word) {
  const auto q = static_cast<std::size_t>(queue);
  pins_.insn_valid.set_bit(q);
  pins_.insn.copy_in(q * word.size(), word.data(), word.size());
  if (monitor_ != nullptr) monitor_->issued(queue, word);
}

void UnitRtl::present(int stream, const std::uint8_t* data, const Checks& checks) {
  const auto s = static_cast<std::size_t>(superlanes_);
  const std::size_t first = static_cast<std::size_t>(stream) * s;
  pins_.stream_data.copy_in(first * kWordBytes, data, s * kWordBytes);
  if (monitor_ != nullptr) monitor_->presented(stream, data, s * kWordBytes);
  for (std::size_t r = 0; r < s; ++r) {
    pins_.stream_valid.set_bit(first + r);
    pins_.stream_check.set_field((first + r) * kCheckBits, kCheckBits, checks[r]);
  }
}

void UnitRtl::clock() {
  const std::uint64_t before = errors_of_process();
  edge();
  errors_ += errors_of_process() - before;
  pins_.insn_valid.clear();
  pins_.stream_valid.clear();
  collect_drives();
  if (monitor_ != nullptr) monitor_->clocked(*this);
}

void UnitRtl::collect_drives() {
  drives_.clear();
  if (!pins_.drive_valid.any()) {
    return;
  }
  const auto s = static_cast<std::size_t>(superlanes_);
  for (std::size_t port = 0; port < drive_ports_; ++port) {
    const auto valid = [&](std::size_t r) { return pins_.drive_valid.bit(port * s + r); };
    const auto stream = [&](std::size_t r) {
      return pins_.drive_stream.field((port * s + r) * 6, 6);
    };
    bool any = false;
    bool all = true;
    for (std::size_t r = 0; r < s; ++r) {
      any = any || valid(r);
      all = all && valid(r) && stream(r) == stream(0);
    }
    if (!any) {
      continue;
    }
    Drive drive;
    drive.port = static_cast<int>(port);
    drive.stream = static_cast<int>(stream(0));
    drive.whole = all;
    const std::uint8_t* data = pins_.drive_data.data(port * s * kWordBytes);
    drive.data.assign(data, data + s * kWordBytes);
    for (std::size_t r = 0; r < s; ++r) {
      drive.checks[r] = static_cast<std::uint16_t>(
          pins_.drive_check.field((port * s + r) * kCheckBits, kCheckBits));
    }
    drives_.push_back(std::move(drive));
  }
}

int UnitRtl::corrected() const { return static_cast<int>(pins_.corrected.field(0, 16)); }
bool UnitRtl::uncorrectable() const { return pins_.uncorrectable.bit(0); }

}  // namespace lpu::rtl
