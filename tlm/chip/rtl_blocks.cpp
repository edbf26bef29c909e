// SPDX-License-Identifier: Apache-2.0
#include "tlm/chip/rtl_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "isa/insn/insn.h"
#include "tlm/common/latency.h"
#ifdef LPU_WITH_RTL
#include "rtl/c2c/c2c_link_rtl.h"
#include "rtl/common/rtl_context.h"
#include "rtl/mem/mem_slice_rtl.h"
#include "rtl/mxm/mxm_station_rtl.h"
#include "rtl/sxm/sxm_rtl.h"
#include "rtl/vxm/vxm_rtl.h"
#include "tlm/chip/link_slot.h"
#endif

namespace lpu::tlm {
namespace {

/// Cycles beyond the longest latency of a unit until nothing moves in its block any more: counters
/// that hold an interval or a pace, for assertions.
constexpr isa::Cycles kMargin{4};

isa::Cycles settling(const isa::ChipSpec& spec, isa::Unit unit) {
  isa::Cycles longest;
  for (const isa::OpInfo& op : isa::ops_of(unit)) {
    longest = std::max(longest, latency_of(spec, op.op));
  }
  return longest + kMargin;
}

#ifdef LPU_WITH_RTL

std::shared_ptr<rtl::UnitRtl> our_block(const isa::ChipSpec& spec, const std::string& name,
                                        isa::Unit unit) {
  rtl::RtlContext& context = rtl::RtlContext::process();
  // A name without dots is one scope in a waveform.
  std::string scope = name;
  std::replace(scope.begin(), scope.end(), '.', '_');
  const int superlanes = static_cast<int>(spec.superlanes);
  if (unit == isa::Unit::kMem) {
    return rtl::MemSliceRtl::make(context, scope, superlanes);
  }
  if (unit == isa::Unit::kMxm) {
    return rtl::make_mxm_station_rtl(context, scope, superlanes);
  }
  if (unit == isa::Unit::kSxm) {
    return rtl::make_sxm_rtl(context, scope, superlanes);
  }
  if (unit == isa::Unit::kVxm) {
    return rtl::make_vxm_rtl(context, scope, superlanes);
  }
  return nullptr;
}

/// Two sends are c2c_pace apart, and the RTL looks at that after the frame has left.
std::unique_ptr<RtlSlot> our_link(const RtlRequest& request, Fidelity fidelity, isa::Cycles settle,
                                  StreamPort& streams) {
  std::string scope = request.name;
  std::replace(scope.begin(), scope.end(), '.', '_');
  return std::make_unique<LinkSlot>(
      request.name, fidelity,
      rtl::C2cLinkRtl::make(rtl::RtlContext::process(), scope,
                            static_cast<int>(request.spec.superlanes)),
      settle + isa::Cycles{request.spec.c2c_pace}, request.spec, streams);
}

std::unique_ptr<IcuSlot> our_queue(const IcuSlot::Config& config) { return make_icu_slot(config); }

std::unique_ptr<ChipSlot> our_chip(const isa::ChipSpec& spec, int index, Fidelity fidelity,
                                   const StreamPort& streams, MemUnit& mem) {
  return make_chip_slot(spec, index, fidelity, streams, mem);
}

#else

std::shared_ptr<rtl::UnitRtl> our_block(const isa::ChipSpec&, const std::string&, isa::Unit) {
  return nullptr;
}

std::unique_ptr<RtlSlot> our_link(const RtlRequest&, Fidelity, isa::Cycles, StreamPort&) {
  return nullptr;
}

std::unique_ptr<IcuSlot> our_queue(const IcuSlot::Config&) { return nullptr; }

std::unique_ptr<ChipSlot> our_chip(const isa::ChipSpec&, int, Fidelity, const StreamPort&,
                                   MemUnit&) {
  return nullptr;
}

#endif

[[noreturn]] void refuse_unbuilt(const std::string& name) {
  throw std::invalid_argument(
      fmt::format("{}: this program was built without RTL (LPU_WITH_RTL)", name));
}

/// Rows, latencies and intervals of a unit are those of the published chip in its RTL
/// (rtl/common/lpu_isa_pkg.sv), whatever the number of superlanes, slices and links.
void require_published(const isa::ChipSpec& spec, std::string_view section,
                       const std::string& name) {
  const isa::ChipSpec published = isa::published_chip();
  for (const isa::ChipField& field : isa::chip_fields()) {
    const bool of_block = field.section == section && !field.key.starts_with("slices") &&
                          !field.key.ends_with("links");
    if (of_block && spec.*field.value != published.*field.value) {
      throw std::invalid_argument(fmt::format("{}: its RTL has {}.{} = {}, the chip {}", name,
                                              section, field.key, published.*field.value,
                                              spec.*field.value));
    }
  }
}

/// Section of the chip file: `mem` of mem_e.slice3.
std::string_view section_of(std::string_view name) {
  return name.substr(0, name.find_first_of("_."));
}

}  // namespace

std::unique_ptr<RtlSlot> make_rtl_slot(const RtlRequest& request, StreamPort& streams) {
  const Fidelity fidelity = request.fidelity(request.name);
  if (fidelity == Fidelity::kTlm) {
    return nullptr;
  }
  require_published(request.spec, section_of(request.name), request.name);
  const isa::Cycles settle = settling(request.spec, request.unit);
  std::unique_ptr<RtlSlot> slot;
  if (request.unit == isa::Unit::kC2c) {
    slot = our_link(request, fidelity, settle, streams);
  } else if (std::shared_ptr<rtl::UnitRtl> block =
                 request.block ? request.block(request.name)
                               : our_block(request.spec, request.name, request.unit);
             block != nullptr) {
    slot = std::make_unique<RtlSlot>(request.name, fidelity, std::move(block), settle, request.spec,
                                     streams);
  }
  if (slot == nullptr) {
    refuse_unbuilt(request.name);
  }
  return slot;
}

std::unique_ptr<IcuSlot> make_icu_slot(
    const isa::ChipSpec& spec, int queue,
    const std::function<Fidelity(std::string_view unit)>& fidelity) {
  IcuSlot::Config config;
  config.name = "icu_" + isa::Geometry(spec).name(queue);
  config.fidelity = fidelity(config.name);
  if (config.fidelity == Fidelity::kTlm) {
    return nullptr;
  }
  require_published(spec, section_of(config.name), config.name);
  config.queue = queue;
  config.spec = spec;
  std::unique_ptr<IcuSlot> slot = our_queue(config);
  if (slot == nullptr) {
    refuse_unbuilt(config.name);
  }
  return slot;
}

std::unique_ptr<ChipSlot> make_chip_slot(
    const isa::ChipSpec& spec, int index,
    const std::function<Fidelity(std::string_view unit)>& fidelity, const StreamPort& streams,
    MemUnit& mem) {
  const Fidelity whole = fidelity("");
  if (whole == Fidelity::kTlm) {
    return nullptr;
  }
  for (const char* section : {"mem", "hops", "vxm", "mxm", "sxm", "icu", "c2c"}) {
    require_published(spec, section, "rtl");
  }
  std::unique_ptr<ChipSlot> slot = our_chip(spec, index, whole, streams, mem);
  if (slot == nullptr) {
    refuse_unbuilt("rtl");
  }
  return slot;
}

}  // namespace lpu::tlm
