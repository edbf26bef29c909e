// SPDX-License-Identifier: Apache-2.0
#include "study/pipeline/pipeline.h"

#include <algorithm>
#include <cmath>

namespace lpu::study {

double Pipeline::throughput(std::int64_t users) const {
  const auto in_flight = static_cast<double>(std::min(users, stages));
  return std::min(in_flight / token_cycles, 1.0 / slowest_cycles);
}

double Pipeline::occupancy(std::int64_t users) const {
  return throughput(users) * work_cycles / static_cast<double>(stages);
}

double Pipeline::mxm_duty(std::int64_t users) const {
  return mxm_busy * throughput(users) * token_cycles;
}

std::int64_t Pipeline::full() const {
  const auto users = static_cast<std::int64_t>(std::ceil(token_cycles / slowest_cycles));
  return std::min(users, stages);
}

Pipeline pipeline_of(const Run& run) {
  Pipeline p;
  p.stages = static_cast<std::int64_t>(run.stages.size());
  p.token_cycles = static_cast<double>(run.cycles);
  for (const Run::Stage& stage : run.stages) {
    const auto cycles = static_cast<double>(stage.end - stage.begin);
    p.work_cycles += cycles;
    p.slowest_cycles = std::max(p.slowest_cycles, cycles);
  }
  const auto mxm = run.busy.find("mxm");
  p.mxm_busy = mxm == run.busy.end() ? 0.0 : mxm->second;
  return p;
}

}  // namespace lpu::study
