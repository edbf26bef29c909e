// SPDX-License-Identifier: Apache-2.0
#include "isa/spec/chip_spec.h"

#include <fmt/format.h>

#include <algorithm>

namespace lpu::isa {
namespace {

void check_relations(const ChipSpec& spec, std::vector<SpecError>& errors) {
  if (spec.mem_rows % ChipSpec::kBanks != 0) {
    errors.push_back({"mem.rows", "rows are shared evenly by two banks: must be even"});
  }
  if (spec.vxm_through % 2 != 0) {
    errors.push_back({"hops.vxm_through", "the VXM is in the middle: must be even"});
  }
  if (spec.c2c_links % 2 != 0) {
    errors.push_back({"c2c.links", "both sides have as many: must be even"});
  }
  if (spec.c2c_global_links > spec.first_east_link()) {
    errors.push_back({"c2c.global_links", "are links of the east side: at most half of c2c.links"});
  }
  if (spec.streams % ChipSpec::kLoadStreams != 0) {
    errors.push_back({"chip.streams", "streams come in groups of 16"});
  }
}

}  // namespace

std::vector<SpecError> check(const ChipSpec& spec) {
  std::vector<SpecError> errors;
  for (const ChipField& f : chip_fields()) {
    const std::int64_t value = spec.*f.value;
    if (value < f.min || value > f.max) {
      errors.push_back({fmt::format("{}.{}", f.section, f.key),
                        fmt::format("{} is outside {}..{} {}", value, f.min, f.max, f.unit)});
    }
  }
  check_relations(spec, errors);
  return errors;
}

std::string print_chip_spec(const ChipSpec& spec) {
  std::string text;
  std::string_view section;
  std::size_t i = 0;
  for (const ChipField& f : chip_fields()) {
    if (f.section != section) {
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", f.section);
      section = f.section;
    }
    // A spec that was built by hand has no tags: its values are choices.
    const std::string source = i < spec.sources.size() ? spec.sources[i] : std::string("C");
    text += fmt::format("{} = {{ value = {}, source = \"{}\" }}\n", f.key, spec.*f.value, source);
    ++i;
  }
  return text;
}

}  // namespace lpu::isa
