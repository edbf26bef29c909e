// SPDX-License-Identifier: Apache-2.0
#include "isa/spec/geometry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lpu::isa {
namespace {

constexpr int kPlanes = static_cast<int>(ChipSpec::kPlanes);
constexpr int kAlus = static_cast<int>(ChipSpec::kAlus);
constexpr int kMxmOfHemisphere = kPlanes * static_cast<int>(kMxmQueues);
constexpr int kSxmOfHemisphere = static_cast<int>(kSxmQueues);

constexpr std::array<std::string_view, kMxmQueues> kMxmNames{"weights", "activations",
                                                             "accumulate"};
constexpr std::array<std::string_view, kSxmQueues> kSxmNames{"shift",  "permute",    "distribute",
                                                             "rotate", "transpose0", "transpose1"};

char letter(Hemisphere h) { return h == Hemisphere::kEast ? 'e' : 'w'; }

}  // namespace

Geometry::Geometry(const ChipSpec& spec)
    : slices_(static_cast<int>(spec.mem_slices)),
      slices_per_hop_(static_cast<int>(spec.mem_slices_per_hop)),
      first_mem_x_(static_cast<int>(spec.vxm_through / 2 + 1)),
      sxm_x_(first_mem_x_ + (slices_ - 1) / slices_per_hop_ + static_cast<int>(spec.mem_to_sxm)),
      mxm_in_x_(sxm_x_ + static_cast<int>(spec.sxm_to_mxm)),
      mxm_out_x_(sxm_x_ + static_cast<int>(spec.mxm_to_sxm)),
      edge_(std::max(mxm_in_x_, mxm_out_x_)),
      links_(static_cast<int>(spec.c2c_links)),
      queues_(2 * slices_ + kAlus + 2 * (kMxmOfHemisphere + kSxmOfHemisphere) + links_) {}

int Geometry::mxm_queue(Hemisphere h, int plane, MxmQueue q) const {
  return 2 * slices_ + kAlus + static_cast<int>(h) * kMxmOfHemisphere +
         plane * static_cast<int>(kMxmQueues) + static_cast<int>(q);
}

int Geometry::sxm_queue(Hemisphere h, SxmQueue q) const {
  return 2 * slices_ + kAlus + 2 * kMxmOfHemisphere + static_cast<int>(h) * kSxmOfHemisphere +
         static_cast<int>(q);
}

int Geometry::c2c_queue(int link) const {
  return 2 * slices_ + kAlus + 2 * (kMxmOfHemisphere + kSxmOfHemisphere) + link;
}

QueueInfo Geometry::info(int queue) const {
  int q = queue;
  if (q < 2 * slices_) {
    return {Unit::kMem, static_cast<Hemisphere>(q / slices_), q % slices_, {}};
  }
  q -= 2 * slices_;
  if (q < kAlus) {
    return {Unit::kVxm, Hemisphere::kWest, q, {}};
  }
  q -= kAlus;
  if (q < 2 * kMxmOfHemisphere) {
    const int in_hemisphere = q % kMxmOfHemisphere;
    return {Unit::kMxm, static_cast<Hemisphere>(q / kMxmOfHemisphere),
            in_hemisphere / static_cast<int>(kMxmQueues),
            static_cast<MxmQueue>(in_hemisphere % static_cast<int>(kMxmQueues))};
  }
  q -= 2 * kMxmOfHemisphere;
  if (q < 2 * kSxmOfHemisphere) {
    return {Unit::kSxm, static_cast<Hemisphere>(q / kSxmOfHemisphere), q % kSxmOfHemisphere, {}};
  }
  q -= 2 * kSxmOfHemisphere;
  return {Unit::kC2c, q < links_ / 2 ? Hemisphere::kWest : Hemisphere::kEast, q, {}};
}

std::string Geometry::name(int queue) const {
  const QueueInfo i = info(queue);
  const char h = letter(i.hemisphere);
  switch (i.unit) {
    case Unit::kMem:
      return fmt::format("mem_{}.slice{}", h, i.index);
    case Unit::kVxm:
      return fmt::format("vxm.alu{}", i.index);
    case Unit::kMxm:
      return fmt::format("mxm_{}.plane{}.{}", h, i.index,
                         kMxmNames[static_cast<std::size_t>(i.mxm)]);
    case Unit::kSxm:
      return fmt::format("sxm_{}.{}", h, kSxmNames[static_cast<std::size_t>(i.index)]);
    case Unit::kC2c:
      return fmt::format("c2c_{}.link{}", h, i.index);
  }
  return {};
}

std::string Geometry::unit_name(int queue) const {
  std::string unit = name(queue);
  const Unit kind = info(queue).unit;
  if (kind != Unit::kMem && kind != Unit::kC2c) {
    unit.erase(unit.rfind('.'));  // several queues, one unit
  }
  return unit;
}

std::optional<int> Geometry::find(std::string_view name_of_queue) const {
  for (int q = 0; q < queues_; ++q) {
    if (name(q) == name_of_queue) {
      return q;
    }
  }
  return std::nullopt;
}

int Geometry::mem_x(Hemisphere h, int slice) const {
  return side(h, first_mem_x_ + slice / slices_per_hop_);
}
int Geometry::sxm_x(Hemisphere h) const { return side(h, sxm_x_); }
int Geometry::mxm_in_x(Hemisphere h) const { return side(h, mxm_in_x_); }
int Geometry::mxm_out_x(Hemisphere h) const { return side(h, mxm_out_x_); }

}  // namespace lpu::isa
