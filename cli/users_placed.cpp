// SPDX-License-Identifier: Apache-2.0
#include "cli/users_placed.h"

#include "isa/error/input_error.h"

namespace lpu::cli {

UsersPlaced users_placed(const fabric::SystemSpec& system, const compiler::ModelConfig& config,
                         compiler::Matmul matmul, std::int64_t context, std::int64_t most) {
  compiler::Options options;
  options.matmul = matmul;
  options.first_position = static_cast<int>(context) - 1;  // and the token's own
  UsersPlaced placed;
  std::int64_t too_many = most + 1;
  while (placed.users + 1 < too_many) {
    const std::int64_t users = placed.users + (too_many - placed.users) / 2;
    options.users = static_cast<int>(users);
    try {
      static_cast<void>(compiler::place_stages(system, config, options));
      placed.users = users;
    } catch (const isa::InputError& e) {
      too_many = users;
      placed.refusal = e.what();
    }
  }
  return placed;
}

}  // namespace lpu::cli
