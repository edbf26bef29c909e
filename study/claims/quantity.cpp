// SPDX-License-Identifier: Apache-2.0
#include "study/claims/quantity.h"

#include <fmt/format.h>

#include <cmath>

namespace lpu::study {

std::string text_of(const Quantity& quantity) {
  if (!quantity.value) {
    return "-";
  }
  const double value = *quantity.value;
  const double size = std::abs(value);
  const int digits = size >= 100.0 || value == std::floor(value) ? 0 : size >= 1.0 ? 1 : 3;
  return fmt::format("{:.{}f}{}{}", value, digits, quantity.unit.empty() ? "" : " ", quantity.unit);
}

}  // namespace lpu::study
