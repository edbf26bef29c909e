// SPDX-License-Identifier: Apache-2.0
#include "rtl/common/rtl_context.h"

#include <verilated.h>

#include <limits>

namespace lpu::rtl {

RtlContext& RtlContext::process() {
  static RtlContext& context = *new RtlContext;
  return context;
}

RtlContext::RtlContext() : context_(std::make_unique<VerilatedContext>()) {
  context_->traceEverOn(true);
  context_->timeunit(-12);
  context_->timeprecision(-12);
  context_->fatalOnError(false);
  context_->errorLimit(std::numeric_limits<int>::max());
}

RtlContext::~RtlContext() = default;

std::uint64_t RtlContext::errors() const {
  return static_cast<std::uint64_t>(context_->errorCount());
}

}  // namespace lpu::rtl
