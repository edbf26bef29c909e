// SPDX-License-Identifier: Apache-2.0
#include "study/pipeline/speed.h"

#include <algorithm>

namespace lpu::study {
namespace {

template <typename Rate>
std::vector<SpeedPoint> doubled(std::int64_t most, Rate rate) {
  std::vector<SpeedPoint> points;
  const auto add = [&](std::int64_t users) {
    const double all = rate(users);
    points.push_back({users, all / static_cast<double>(users), all});
  };
  for (std::int64_t users = 1; users < most; users *= 2) {
    add(users);
  }
  if (most > 0) {
    add(most);
  }
  return points;
}

}  // namespace

std::vector<SpeedPoint> speeds_of(const Pipeline& pipeline, double clock_hz, std::int64_t most) {
  return doubled(most, [&](std::int64_t users) { return pipeline.throughput(users) * clock_hz; });
}

std::vector<SpeedPoint> speeds_of(const Accelerator& a, const ModelWork& work, Decode step,
                                  std::int64_t most) {
  return doubled(most, [&](std::int64_t users) {
    step.users = users;
    return static_cast<double>(users) / step_time(a, work, step).seconds();
  });
}

}  // namespace lpu::study
