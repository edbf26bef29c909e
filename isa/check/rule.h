// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lpu::isa {

/// The rules of the machine that a program can break.
enum class Rule : std::uint8_t {
  // instructions
  kQueueCount,
  kWrongQueue,
  kMissingOperand,
  kFieldRange,
  kType,
  kStreamAlignment,
  kDirection,
  kDataRow,
  // ICU
  kRepeatWithoutPredecessor,
  kNeverNotified,
  kNobodyParked,
  kQueueDry,
  kNothingToFetch,
  kFetchInterval,
  kQueueFull,
  // streams
  kTwoDrivers,
  kUndrivenOperand,
  // MEM
  kPortConflict,
  kBankConflict,
  kReadTooSoon,
  // VXM
  kChainTiming,
  kNoLastResult,
  // MXM
  kInstallEmpty,
  kNoWeights,
  kWeightType,
  kPartnerBusy,
  kNoResult,
  kResultNotCollected,
  kEmptyAccumulator,
  kAccumulatorType,
  // SXM, C2C
  kPermuteInterval,
  kLinkPace,
};

struct RuleInfo {
  Rule rule;
  std::string_view name;
  std::string_view meaning;
};

/// All rules, in the order of the enum.
[[nodiscard]] std::span<const RuleInfo> rules();
[[nodiscard]] std::string_view name_of(Rule rule);

}  // namespace lpu::isa
