// SPDX-License-Identifier: Apache-2.0
#include "tlm/mem/mem_slice.h"

#include <cstring>

namespace lpu::tlm {

CheckWords checks_of(const std::uint8_t* vector, int lanes) {
  CheckWords checks{};
  for (int s = 0; s < lanes / kSuperlaneLanes; ++s) {
    checks[static_cast<std::size_t>(s)] = secded_encode(vector + s * kSuperlaneLanes);
  }
  return checks;
}

CheckResult check_and_correct(std::uint8_t* vector, const CheckWords& checks, int lanes) {
  CheckResult result;
  for (int s = 0; s < lanes / kSuperlaneLanes; ++s) {
    const auto found =
        secded_decode(vector + s * kSuperlaneLanes, checks[static_cast<std::size_t>(s)]);
    result.corrected += found.kind == SecdedResult::Kind::kCorrected;
    result.uncorrectable += found.kind == SecdedResult::Kind::kDouble;
  }
  return result;
}

const CheckWords* MemSlice::find_checks(int row) const {
  const auto found = damaged_.find(row);
  return found == damaged_.end() ? nullptr : &found->second;
}

CheckWords& MemSlice::materialise(int row) {
  const auto found = damaged_.find(row);
  if (found != damaged_.end()) return found->second;
  return damaged_.emplace(row, checks_of(this->row(row), lanes_)).first->second;
}

void MemSlice::write(int row, const std::uint8_t* data, const CheckWords* checks) {
  std::memcpy(base_ + offset(row), data, static_cast<std::size_t>(lanes_));
  if (checks != nullptr) {
    damaged_[row] = *checks;
  } else if (!damaged_.empty()) {
    damaged_.erase(row);
  }
}

int MemSlice::bad_superlane(const std::uint8_t* map) const {
  for (int s = 0; s < lanes_ / kSuperlaneLanes; ++s) {
    if (address(map, s) >= rows_) return s;
  }
  return -1;
}

bool MemSlice::gather(const std::uint8_t* map, std::uint8_t* out, CheckWords* checks) const {
  const int superlanes = lanes_ / kSuperlaneLanes;
  for (int s = 0; s < superlanes; ++s) {
    const int lane = s * kSuperlaneLanes;
    std::memcpy(out + lane, row(address(map, s)) + lane, kSuperlaneLanes);
  }
  if (damaged_.empty()) return false;

  bool any = false;
  *checks = checks_of(out, lanes_);
  for (int s = 0; s < superlanes; ++s) {
    const CheckWords* stored = find_checks(address(map, s));
    if (stored == nullptr) continue;
    (*checks)[static_cast<std::size_t>(s)] = (*stored)[static_cast<std::size_t>(s)];
    any = true;
  }
  return any;
}

void MemSlice::scatter(const std::uint8_t* map, const std::uint8_t* data,
                       const CheckWords* checks) {
  for (int s = 0; s < lanes_ / kSuperlaneLanes; ++s) {
    const int row = address(map, s);
    const int lane = s * kSuperlaneLanes;
    // Before the data changes: the other words of the row keep the check bits they have.
    CheckWords* stored = nullptr;
    if (checks != nullptr || find_checks(row) != nullptr) stored = &materialise(row);
    std::memcpy(base_ + offset(row) + lane, data + lane, kSuperlaneLanes);
    if (stored == nullptr) continue;
    const auto word = static_cast<std::size_t>(s);
    (*stored)[word] = checks != nullptr ? (*checks)[word] : secded_encode(data + lane);
  }
}

void MemSlice::inject(int row, int superlane, int bit) {
  CheckWords& checks = materialise(row);
  const auto word = static_cast<std::size_t>(superlane);
  if (bit >= kSecdedDataBits) {
    checks[word] = static_cast<std::uint16_t>(checks[word] ^ (1 << (bit - kSecdedDataBits)));
    return;
  }
  std::uint8_t& byte =
      base_[offset(row) + word * kSuperlaneLanes + static_cast<std::size_t>(bit / 8)];
  byte = static_cast<std::uint8_t>(byte ^ (1 << (bit % 8)));
}

}  // namespace lpu::tlm
