// SPDX-License-Identifier: Apache-2.0
#include "rtl/common/rtl_context.h"

#include <verilated.h>
#ifdef LPU_COVERAGE
#include <verilated_cov.h>
#endif

#include <cstdlib>
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
#ifdef LPU_COVERAGE
  std::atexit([] { write_coverage(); });
#endif
}

RtlContext::~RtlContext() = default;

#ifdef LPU_COVERAGE
void RtlContext::write_coverage() {
  if (const char* file = std::getenv("LPU_COVERAGE_FILE")) {
    process().context_->coveragep()->write(file);
  }
}
#endif

std::uint64_t RtlContext::errors() const {
  return static_cast<std::uint64_t>(context_->errorCount());
}

}  // namespace lpu::rtl
