// SPDX-License-Identifier: Apache-2.0
// The functional points of units with the common ports, seen from outside: whatever a test does
// with a unit is counted. Linked into every program of co-simulation when coverage is built.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "isa/insn/insn.h"
#include "rtl/common/unit_rtl.h"
#include "testbench/coverage/cover_points.h"

namespace lpu::testbench {
namespace {

using isa::Insn;
using isa::Op;
using isa::Type;

const CoverPoints::Axis kTypes{"i8", "i16", "i32", "f16", "f32"};

CoverPoints::Axis names_of(std::span<const isa::OpInfo> ops) {
  CoverPoints::Axis names;
  for (const isa::OpInfo& op : ops) names.emplace_back(op.mnemonic);
  return names;
}

std::size_t place_of(Op op, std::span<const isa::OpInfo> ops) {
  return static_cast<std::size_t>(
      std::find_if(ops.begin(), ops.end(), [op](const auto& info) { return info.op == op; }) -
      ops.begin());
}

/// What a value is to the arithmetic of its type.
const CoverPoints::Axis kClasses{"zero", "positive", "negative", "least or subnormal",
                                 "most or special"};
std::size_t class_of(Type type, std::uint32_t bits) {
  const bool half = type == Type::kF16;
  if (half || type == Type::kF32) {
    const std::uint32_t exponent = half ? bits >> 10 & 0x1f : bits >> 23 & 0xff;
    const std::uint32_t rest = half ? bits & 0x3ff : bits & 0x7fffff;
    if (exponent == (half ? 0x1fU : 0xffU)) return 4;
    if (exponent == 0) return rest == 0 ? 0 : 3;
    return (half ? bits >> 15 : bits >> 31) & 1 ? 2 : 1;
  }
  const unsigned width = 8U * static_cast<unsigned>(isa::bytes_of(type));
  const std::uint32_t sign = 1U << (width - 1);
  if (bits == 0) return 0;
  if (bits == sign) return 3;
  if (bits == sign - 1) return 4;
  return (bits & sign) != 0 ? 2 : 1;
}

class UnitPoints : public rtl::UnitRtl::Monitor {
 public:
  void issued(int queue, const isa::Word& word) override {
    if (const std::optional<Insn> insn = isa::decode(word)) now_.emplace_back(queue, *insn);
  }
  void presented(int stream, const std::uint8_t* data, std::size_t bytes) override {
    streams_[stream].assign(data, data + bytes);
  }
  void clocked(const rtl::UnitRtl& unit) override {
    // The one unit whose instructions are looked back at.
    if (unit_ != &unit) {
      last_mem_.reset();
      products_.clear();
    }
    unit_ = &unit;
    std::optional<Insn> mem;
    for (const auto& [queue, insn] : now_) {
      const int table = static_cast<int>(insn.op) >> 4;
      if (table == 1) mem_points(unit, *(mem = insn));
      if (table == 2 || table == 3) vxm_points(queue, insn);
      if (table == 4) mxm_points(insn);
      if (table == 5) sxm_points(insn);
      if (table == 6) c2c_ops_.hit({insn.op == Op::kSend ? 0U : 1U});
    }
    last_mem_ = mem;
    now_.clear();
    streams_.clear();
  }

 private:
  static constexpr std::uint16_t kHalfOfTheRows = 4096;

  void mem_points(const rtl::UnitRtl& unit, const Insn& insn) {
    const bool mapped = insn.op == Op::kGather || insn.op == Op::kScatter;
    if (mapped) {
      const std::size_t outcome = unit.uncorrectable() ? 2 : unit.corrected() > 0 ? 1 : 0;
      mem_maps_.hit({insn.op == Op::kGather ? 0U : 1U, outcome});
      return;
    }
    const auto write = [](const Insn& i) { return i.op == Op::kWrite ? 1U : 0U; };
    const auto bank = [](const Insn& i) { return i.addr >= kHalfOfTheRows ? 1U : 0U; };
    mem_rows_.hit({write(insn), bank(insn)});
    const bool pair = last_mem_ && (last_mem_->op == Op::kRead || last_mem_->op == Op::kWrite);
    if (pair) mem_pairs_.hit({write(*last_mem_), write(insn), bank(*last_mem_) ^ bank(insn)});
  }

  void vxm_points(int alu, const Insn& insn) {
    const auto type = static_cast<std::size_t>(insn.type);
    const auto op = place_of(insn.op, isa::vxm_ops());
    if (insn.op == Op::kCast) vxm_casts_.hit({type, static_cast<std::size_t>(insn.to)});
    vxm_sources_.hit(
        {static_cast<std::size_t>(insn.a.kind) - 1, static_cast<std::size_t>(insn.b.kind)});
    if (insn.a.kind == isa::Source::Kind::kStream) {
      for (const std::uint32_t value : values_of(insn.a.value, insn.type)) {
        vxm_ops_.hit({op, type, class_of(insn.type, value)});
      }
    }
    int depth = 1;
    for (const isa::Source& source : {insn.a, insn.b}) {
      if (source.kind == isa::Source::Kind::kAlu) {
        depth = std::max(depth, 1 + depths_[source.value]);
      }
    }
    depths_[static_cast<std::size_t>(alu)] = depth;
    vxm_chains_.hit({static_cast<std::size_t>(depth < 5 ? depth - 1 : depth < 9 ? 4 : 5)});
  }

  /// Of the operand that begins on a stream; none if nobody drove it.
  [[nodiscard]] std::vector<std::uint32_t> values_of(int stream, Type type) const {
    std::vector<std::uint32_t> values;
    for (int byte = 0; byte < isa::bytes_of(type); ++byte) {
      const auto found = streams_.find(stream + byte);
      if (found == streams_.end()) return {};
      values.resize(found->second.size());
      for (std::size_t lane = 0; lane < values.size(); ++lane) {
        values[lane] |= std::uint32_t{found->second[lane]} << (8 * byte);
      }
    }
    return values;
  }

  void mxm_points(const Insn& insn) {
    if (insn.op == Op::kAbc) {
      mxm_abc_.hit({insn.type != Type::kF16 ? 0U : insn.half == 0 ? 1U : 2U});
      products_.push_back(insn.type);
    }
    // An `acc` has the type of the product that it collects, the oldest.
    if (insn.op == Op::kAcc && !products_.empty()) {
      const bool fp32 = products_.front() == Type::kF16;
      products_.pop_front();
      mxm_acc_.hit({fp32 ? 1U : 0U, insn.add ? 1U : 0U, insn.out ? 1U : 0U});
    }
    const auto has = [this](Op op) {
      return std::any_of(now_.begin(), now_.end(),
                         [op](const auto& i) { return i.second.op == op; });
    };
    const bool weights = has(Op::kLw) || has(Op::kIw);
    if (has(Op::kAbc) && weights) mxm_together_.hit({has(Op::kIw) ? 1U : 0U});
  }

  void sxm_points(const Insn& insn) {
    sxm_ops_.hit({place_of(insn.op, isa::sxm_ops())});
    if (insn.op == Op::kShift || insn.op == Op::kRotate) {
      const std::size_t sign = insn.stride == 0 ? 0 : insn.stride > 0 ? 1 : 2;
      sxm_steps_.hit({insn.op == Op::kShift ? 0U : 1U, sign});
    }
  }

  std::vector<std::pair<int, Insn>> now_;
  std::map<int, std::vector<std::uint8_t>> streams_;
  const rtl::UnitRtl* unit_{nullptr};
  std::optional<Insn> last_mem_;
  std::deque<Type> products_;  // what no `acc` has collected yet
  std::array<int, 16> depths_{};

  CoverPoints mem_rows_{"mem_slice", "rows", {{"read", "write"}, {"lower bank", "upper bank"}}};
  CoverPoints mem_pairs_{
      "mem_slice",
      "pairs",
      {{"read then", "write then"}, {"read", "write"}, {"same bank", "other bank"}}};
  CoverPoints mem_maps_{
      "mem_slice", "maps", {{"gather", "scatter"}, {"clean", "one bit", "two bits"}}};
  CoverPoints vxm_ops_{"vxm", "operations", {names_of(isa::vxm_ops()), kTypes, kClasses}};
  CoverPoints vxm_casts_{"vxm", "casts", {kTypes, kTypes}};
  CoverPoints vxm_sources_{"vxm",
                           "sources",
                           {{"stream", "alu", "accumulator", "immediate"},
                            {"no b", "stream", "alu", "accumulator", "immediate"}}};
  CoverPoints vxm_chains_{"vxm", "chains", {{"1", "2", "3", "4", "5 to 8", "longer"}}};
  CoverPoints mxm_abc_{"mxm_station", "products", {{"int8", "fp16 lower", "fp16 upper"}}};
  CoverPoints mxm_acc_{
      "mxm_station", "accumulate", {{"int32", "fp32"}, {"set", "add"}, {"kept", "driven"}}};
  CoverPoints mxm_together_{"mxm_station", "beside a product", {{"load", "install"}}};
  CoverPoints sxm_ops_{"sxm", "operations", {names_of(isa::sxm_ops())}};
  CoverPoints sxm_steps_{"sxm", "steps", {{"shift", "rotate"}, {"none", "up", "down"}}};
  CoverPoints c2c_ops_{"c2c_link", "operations", {names_of(isa::c2c_ops())}};
};

[[maybe_unused]] const bool kWatching = [] {
  rtl::UnitRtl::watch(new UnitPoints);
  return true;
}();

}  // namespace
}  // namespace lpu::testbench
