// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>
#include <vector>

#include "isa/spec/toml_file.h"
#include "study/accelerator/accelerator.h"
#include "study/sourced/sourced.h"

namespace lpu::study {

Accelerator read_accelerator(const std::string& path) {
  const toml::table table = isa::read_toml(path);
  constexpr std::array<std::string_view, 1> kOthers{"name"};
  std::array<Sourced, 7> values;
  const std::array<SourcedField, 7> fields{{{"memory_bytes", &values[0]},
                                            {"memory_bytes_per_second", &values[1]},
                                            {"operations_per_second_8", &values[2]},
                                            {"operations_per_second_16", &values[3]},
                                            {"link_bytes_per_second", &values[4]},
                                            {"reduction_seconds", &values[5]},
                                            {"watts", &values[6], true}}};  // not every maker says
  const auto name = table["name"].value_exact<std::string>().value_or("");
  std::vector<isa::InputError> errors;
  if (name.empty()) {
    errors.emplace_back(path, 0, "'name' must be a string");
  }
  read_sourced(table, path, fields, kOthers, errors);
  throw_if_any(std::move(errors));
  return {name,
          values[0].value,
          values[1].value,
          values[2].value,
          values[3].value,
          values[4].value,
          values[5].value,
          values[6].value,
          path};
}

}  // namespace lpu::study
