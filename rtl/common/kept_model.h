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
      : model_(new Verilated(&context.verilated(), name.c_str())) {}

  Verilated& operator*() const { return *model_; }
  Verilated* operator->() const { return model_.get(); }

 private:
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
