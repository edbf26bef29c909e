// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "isa/error/input_error.h"

namespace lpu::compiler {

/// The message of the InputError that `read` throws, or "accepted".
template <typename Read>
std::string rejection(Read read) {
  try {
    read();
  } catch (const isa::InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace lpu::compiler
