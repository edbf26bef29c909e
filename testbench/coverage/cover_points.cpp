// SPDX-License-Identifier: Apache-2.0
#include "testbench/coverage/cover_points.h"

#include <stdexcept>

#include "rtl/common/rtl_context.h"
#ifdef LPU_COVERAGE
#include <verilated.h>
#include <verilated_cov.h>
#endif

namespace lpu::testbench {
namespace {

#ifdef LPU_COVERAGE
/// Verilator's macro asks a name of the object around it.
struct Scope {
  std::string block;
  [[nodiscard]] const char* name() const { return block.c_str(); }

  void insert(std::uint32_t& count, const std::string& point, std::size_t index) const {
    const std::string file = "functional/" + block;
    const std::string line = std::to_string(index + 1);
    VL_COVER_INSERT(rtl::RtlContext::process().verilated().coveragep(), &count, "filename",
                    file.c_str(), "lineno", line.c_str(), "page", "v_user/functional", "comment",
                    point.c_str());
  }
};
#endif

/// Value `index` in the order in which the last axis changes fastest.
[[maybe_unused]] std::string point_name(const std::string& what,
                                        const std::vector<CoverPoints::Axis>& axes,
                                        std::size_t index) {
  std::string name;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    name = ", " + (*axis)[index % axis->size()] + name;
    index /= axis->size();
  }
  return what + ":" + name.substr(1);
}

}  // namespace

CoverPoints::CoverPoints([[maybe_unused]] const std::string& block,
                         [[maybe_unused]] const std::string& what, const std::vector<Axis>& axes)
    : counts_(*new std::vector<std::uint32_t>) {
  std::size_t points = 1;
  for (const Axis& axis : axes) {
    sizes_.push_back(axis.size());
    points *= axis.size();
  }
  counts_.resize(points);
#ifdef LPU_COVERAGE
  const Scope scope{block};
  for (std::size_t i = 0; i < points; ++i) scope.insert(counts_[i], point_name(what, axes, i), i);
#endif
}

void CoverPoints::hit(std::initializer_list<std::size_t> at) {
  if (at.size() != sizes_.size()) throw std::logic_error("a value of each axis");
  std::size_t index = 0;
  std::size_t axis = 0;
  for (const std::size_t value : at) {
    if (value >= sizes_[axis]) throw std::logic_error("no such value of an axis");
    index = index * sizes_[axis++] + value;
  }
  ++counts_[index];
}

}  // namespace lpu::testbench
