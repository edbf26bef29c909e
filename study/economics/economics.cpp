// SPDX-License-Identifier: Apache-2.0
#include "study/economics/economics.h"

#include <array>

#include "isa/spec/toml_file.h"

namespace lpu::study {
namespace {

void read_machine(const toml::table& file, const std::string& path, const char* name,
                  Machine& machine, std::vector<isa::InputError>& errors) {
  const toml::table* table = file[name].as_table();
  if (table == nullptr) {
    errors.emplace_back(path, 0, std::string("needs a table [") + name + "]");
    return;
  }
  const std::array<SourcedField, 4> fields{{{"provisioned_watts", &machine.provisioned_watts},
                                            {"processors_a_rack", &machine.processors_a_rack},
                                            {"price", &machine.price},
                                            {"machine_price", &machine.machine_price}}};
  read_sourced(*table, path, fields, {}, errors);
}

}  // namespace

Economics read_economics(const std::string& path) {
  const toml::table table = isa::read_toml(path);
  constexpr std::array<std::string_view, 2> kTables{"lpu", "gpu"};
  std::vector<isa::InputError> errors;
  Economics economics;
  read_sourced(table, path, {}, kTables, errors);
  read_machine(table, path, "lpu", economics.lpu, errors);
  read_machine(table, path, "gpu", economics.gpu, errors);
  throw_if_any(std::move(errors));
  return economics;
}

}  // namespace lpu::study
