// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "rtl/common/rtl_context.h"

namespace lpu::rtl {

/// Owns an object of a class that Verilator made. With coverage (LPU_COVERAGE) the object stays
/// until the process ends, because its counters are written then.
template <class Verilated>
class KeptModel {
 public:
  KeptModel(RtlContext& context, const std::string& name)
      : model_(new Verilated(&context.verilated(), own_name(name).c_str())) {}

  Verilated& operator*() const { return *model_; }
  Verilated* operator->() const { return model_.get(); }

 private:
  /// Of two objects of one name Verilator finds the scopes of the first, which may be one that
  /// stayed.
  static std::string own_name(const std::string& name) {
#ifdef LPU_COVERAGE
    static int made = 0;
    if (made++ > 0) return name + "_" + std::to_string(made);
#endif
    return name;
  }

  struct End {
    void operator()(Verilated* model) const {
      model->final();
#ifndef LPU_COVERAGE
      delete model;
#endif
    }
  };
  std::unique_ptr<Verilated, End> model_;
};

}  // namespace lpu::rtl
