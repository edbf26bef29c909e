// SPDX-License-Identifier: Apache-2.0
#include "isa/check/rule.h"

#include <array>

namespace lpu::isa {
namespace {

constexpr std::array<RuleInfo, 32> kRules{{
    {Rule::kQueueCount, "queue-count", "a program has a list for each queue of the chip"},
    {Rule::kWrongQueue, "wrong-queue", "an operation stands in a queue of its unit"},
    {Rule::kMissingOperand, "missing-operand", "every operand of the table is given"},
    {Rule::kFieldRange, "field-range", "rows, groups, slots, counts and lanes exist"},
    {Rule::kType, "type", "the unit has the operation for this type"},
    {Rule::kStreamAlignment, "stream-alignment",
     "streams exist, and n of them start at a multiple of n"},
    {Rule::kDirection, "direction", "lw and abc take outward streams, acc drives inward ones"},
    {Rule::kDataRow, "data-row", "initial rows exist, are whole, and no two share a place"},
    {Rule::kRepeatWithoutPredecessor, "repeat-without-predecessor",
     "a working instruction, or a repeat of one, stands directly before a repeat"},
    {Rule::kNeverNotified, "never-notified", "a notify follows every sync"},
    {Rule::kNobodyParked, "nobody-parked", "a notify releases somebody"},
    {Rule::kQueueDry, "queue-dry", "an instruction is in the queue when it is due"},
    {Rule::kNothingToFetch, "nothing-to-fetch", "an ifetch brings instructions that exist"},
    {Rule::kFetchInterval, "fetch-interval", "two ifetches of a queue are 40 cycles apart"},
    {Rule::kQueueFull, "queue-full", "a queue holds at most 80 instructions"},
    {Rule::kTwoDrivers, "two-drivers", "a stream register has one driver in a cycle"},
    {Rule::kUndrivenOperand, "undriven-operand", "what is read has been driven"},
    {Rule::kPortConflict, "port-conflict", "a slice has one read and one write in a cycle"},
    {Rule::kBankConflict, "bank-conflict", "read and write of a cycle are in different banks"},
    {Rule::kReadTooSoon, "read-too-soon", "a row is read write_latency after its write or later"},
    {Rule::kChainTiming, "chain-timing", "a chained ALU has dispatched exactly its latency before"},
    {Rule::kNoLastResult, "no-last-result", "acc follows an instruction of the same ALU"},
    {Rule::kInstallEmpty, "install-empty", "iw has something to install or to clear"},
    {Rule::kNoWeights, "no-weights", "abc meets installed weights"},
    {Rule::kWeightType, "weight-type", "weights of a buffer and their activations have one type"},
    {Rule::kPartnerBusy, "partner-busy",
     "the odd plane has no weights and no abc when the even one does f16"},
    {Rule::kNoResult, "no-result", "acc meets the result of an abc"},
    {Rule::kResultNotCollected, "result-not-collected", "an acc collects every result"},
    {Rule::kEmptyAccumulator, "empty-accumulator", "acc.add adds to a slot that holds something"},
    {Rule::kAccumulatorType, "accumulator-type", "acc.add adds to a slot of its type"},
    {Rule::kPermuteInterval, "permute-interval", "permutes of a hemisphere keep their interval"},
    {Rule::kLinkPace, "link-pace", "sends of a link keep their pace"},
}};

}  // namespace

std::span<const RuleInfo> rules() { return kRules; }

std::string_view name_of(Rule rule) { return kRules[static_cast<std::size_t>(rule)].name; }

}  // namespace lpu::isa
