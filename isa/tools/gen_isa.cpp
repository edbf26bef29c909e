// SPDX-License-Identifier: Apache-2.0
// gen_isa [--check] markdown|package CHIP.toml FILE
// Writes FILE from the instruction tables and the chip file; with --check, only says whether FILE
// is what would be written.
#include "isa/tools/gen_isa.h"

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

int check(const std::string& path, const std::string& text) {
  std::ifstream in(path, std::ios::binary);
  const std::string old{std::istreambuf_iterator<char>(in), {}};
  if (old == text) {
    return 0;
  }
  std::fprintf(stderr, "%s is stale: build the target generate_isa\n", path.c_str());
  return 1;
}

int write(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) {
    std::fprintf(stderr, "%s: cannot be written\n", path.c_str());
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  const bool only_check = !args.empty() && args[0] == "--check";
  if (only_check) {
    args.erase(args.begin());
  }
  if (args.size() != 3 || (args[0] != "markdown" && args[0] != "package")) {
    std::fputs("usage: gen_isa [--check] markdown|package CHIP.toml FILE\n", stderr);
    return 2;
  }
  try {
    const lpu::isa::ChipSpec spec = lpu::isa::read_chip_spec(args[1]);
    const std::string text =
        args[0] == "markdown" ? lpu::isa::isa_markdown(spec) : lpu::isa::isa_package(spec);
    return only_check ? check(args[2], text) : write(args[2], text);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
