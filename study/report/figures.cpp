// SPDX-License-Identifier: Apache-2.0
#include "study/report/figures.h"

namespace lpu::study {

std::vector<Figure> figures_of(const Evidence& e, const Quantities& all) {
  return {waterfall(e.of_large()),
          waterfall(e.of_small()),
          time_by_kind(e),
          rate_by_context(e),
          use_by_users(e.of_large()),
          users_by_context(e),
          roofline(e),
          frontier(e),
          request(e, all),
          token(e, all),
          fill_by_stage(e.of_large()),
          fill_by_stage(e.of_small()),
          floor_plan(e.of_large()),
          floor_plan(e.of_small()),
          link_use(e.of_large()),
          link_use(e.of_small())};
}

}  // namespace lpu::study
