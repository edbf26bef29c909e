// SPDX-License-Identifier: Apache-2.0
#include "rtl/chip/chip_rtl.h"

#include <Vchip2.h>
#include <fmt/format.h>
#include <verilated.h>
#include <verilated_sym_props.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "rtl/common/kept_model.h"

namespace lpu::rtl {
namespace {

constexpr int kDataBits = 128;  // of a word

}  // namespace

/// The pins.
class ChipRtl::Model {
  KeptModel<Vchip2> kept_;

 public:
  Model(RtlContext& context, const std::string& name) : kept_(context, name) {}

  void edge() {
    pins.clk_i = 0;
    pins.eval();
    pins.clk_i = 1;
    pins.eval();
  }
  void reset() {
    pins.rst_ni = 1;
    edge();
    pins.rst_ni = 0;
    edge();
    pins.rst_ni = 1;
  }
  void load_queue(std::size_t queue, std::size_t length) {
    pins.host_load_i = 1;
    pins.host_queue_i = static_cast<std::uint16_t>(queue);
    pins.host_length_i = static_cast<std::uint32_t>(length);
    edge();
    pins.host_load_i = 0;
  }
  void place(std::size_t queue, std::size_t index, const isa::Word& word) {
    pins.host_insn_valid_i = 1;
    pins.host_queue_i = static_cast<std::uint16_t>(queue);
    pins.host_index_i = static_cast<std::uint8_t>(index);
    std::memcpy(&pins.host_insn_i, word.data(), word.size());
    edge();
    pins.host_insn_valid_i = 0;
  }
  void access(int slice, int row, bool write) {
    pins.host_mem_valid_i = 1;
    pins.host_mem_write_i = write;
    pins.host_slice_i = static_cast<std::uint16_t>(slice);
    pins.host_row_i = static_cast<std::uint16_t>(row);
    edge();
    pins.host_mem_valid_i = 0;
  }

  Vchip2& pins{*kept_};
};

ChipRtl::ChipRtl(RtlContext& context, const std::string& name, const isa::ChipSpec& spec)
    : context_(&context), spec_(spec), superlanes_(static_cast<int>(spec.superlanes)) {
  if (spec.superlanes != 2 || spec.mem_slices != 8 || spec.mem_rows != 8192) {
    throw std::invalid_argument(fmt::format(
        "rtl: no chip was verilated with {} superlanes and {} slices of {} rows; there is "
        "2, 8 and 8192",
        spec.superlanes, spec.mem_slices, spec.mem_rows));
  }
  model_ = std::make_unique<Model>(context, name);
  find_positions(model_->pins.name(), spec);
  model_->reset();
}

ChipRtl::~ChipRtl() = default;

void ChipRtl::find_positions(const std::string& name, const isa::ChipSpec& spec) {
  const auto add = [&](int x, const std::string& hop) {
    const std::string path = fmt::format("{}.lpu_chip.{}u_hop", name, hop);
    const VerilatedScope* scope = context_->verilated().scopeFind(path.c_str());
    if (scope == nullptr) {
      throw std::logic_error(fmt::format("the chip has no {}", path));
    }
    const auto words = static_cast<std::size_t>(64 * superlanes_);
    const auto bits = [&](const char* variable, std::size_t bytes) {
      return PinBits(scope->varFind(variable)->datap(), bytes);
    };
    positions_.push_back({x, bits("stream_valid_o", words / 8),
                          bits("stream_data_o", words * kWordBytes),
                          bits("stream_check_o", words * kCheckBits / 8)});
  };

  add(isa::Geometry::vxm_x(), "");
  const isa::Geometry geometry(spec);
  for (const isa::Hemisphere h : {isa::Hemisphere::kWest, isa::Hemisphere::kEast}) {
    std::vector<int> line;
    for (int slice = 0; slice < static_cast<int>(spec.mem_slices); ++slice) {
      if (line.empty() || line.back() != geometry.mem_x(h, slice)) {
        line.push_back(geometry.mem_x(h, slice));
      }
    }
    line.insert(line.end(), {geometry.sxm_x(h), geometry.mxm_out_x(h), geometry.mxm_in_x(h)});
    for (std::size_t p = 0; p < line.size(); ++p) {
      add(line[p],
          fmt::format("{}.g_position[{}].", h == isa::Hemisphere::kWest ? "u_west" : "u_east", p));
    }
  }
  std::sort(positions_.begin(), positions_.end(),
            [](const Position& a, const Position& b) { return a.x < b.x; });
}

void ChipRtl::load(const isa::Program& program) {
  for (const isa::DataRow& row : program.data) {
    write_row(row.slice, row.row, row.bytes.data());
  }
  for (const isa::DataRow& row : isa::text_rows(spec_, program)) {
    write_row(row.slice, row.row, row.bytes.data());
  }
  load_queues(program);
}

void ChipRtl::load_queues(const isa::Program& program) {
  model_->reset();
  for (std::size_t q = 0; q < program.queues.size(); ++q) {
    const std::vector<isa::Insn>& list = program.queues[q];
    model_->load_queue(q, list.size());
    const auto head = static_cast<std::size_t>(isa::ChipSpec::kFetchInsns);
    for (std::size_t i = 0; i < std::min(head, list.size()); ++i) {
      model_->place(q, i, isa::encode(list[i]));
    }
  }
  errors_ = 0;
}

void ChipRtl::start() {
  model_->pins.start_i = 1;
  clock();
  model_->pins.start_i = 0;
}

void ChipRtl::clock() {
  const std::uint64_t before = context_->errors();
  model_->edge();
  model_->pins.phit_valid_i = 0;
  errors_ += context_->errors() - before;
}

std::optional<isa::Phit> ChipRtl::sent(int link) const {
  const Vchip2& pins = model_->pins;
  if ((pins.phit_valid_o >> link & 1) == 0) {
    return std::nullopt;
  }
  isa::Phit phit{};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&pins.phit_data_o);
  std::memcpy(phit.data(), bytes + static_cast<std::size_t>(link) * phit.size(), phit.size());
  return phit;
}

void ChipRtl::come(int link, const isa::Phit& phit) {
  Vchip2& pins = model_->pins;
  pins.phit_valid_i = static_cast<std::uint16_t>(pins.phit_valid_i | 1U << link);
  auto* bytes = reinterpret_cast<std::uint8_t*>(&pins.phit_data_i);
  std::memcpy(bytes + static_cast<std::size_t>(link) * phit.size(), phit.data(), phit.size());
}

bool ChipRtl::flagged(int link) const { return (model_->pins.flagged_o >> link & 1) != 0; }
std::int64_t ChipRtl::fec_corrected() const { return model_->pins.fec_corrected_o; }
std::int64_t ChipRtl::fec_flagged() const { return model_->pins.fec_flagged_o; }

isa::Cycle ChipRtl::cycle() const { return {static_cast<std::int64_t>(model_->pins.cycle_o)}; }
bool ChipRtl::done() const { return model_->pins.done_o; }
isa::Cycle ChipRtl::end_cycle() const { return {static_cast<std::int64_t>(model_->pins.end_o)}; }

std::vector<std::uint8_t> ChipRtl::read_row(int slice, int row) {
  model_->access(slice, row, false);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(spec_.vector_bytes()));
  std::memcpy(bytes.data(), &model_->pins.host_data_o, bytes.size());
  return bytes;
}

void ChipRtl::write_row(int slice, int row, const std::uint8_t* bytes) {
  std::memcpy(&model_->pins.host_data_i, bytes, static_cast<std::size_t>(spec_.vector_bytes()));
  model_->access(slice, row, true);
}

void ChipRtl::write_row(int slice, int row, const std::uint8_t* bytes,
                        const UnitRtl::Checks& checks) {
  PinBits check(&model_->pins.host_check_i, sizeof model_->pins.host_check_i);
  for (std::size_t r = 0; r < static_cast<std::size_t>(superlanes_); ++r) {
    check.set_field(r * kCheckBits, kCheckBits, checks[r]);
  }
  model_->pins.host_raw_i = 1;
  write_row(slice, row, bytes);
  model_->pins.host_raw_i = 0;
}

void ChipRtl::inject_error(int slice, int row, int superlane, int bit) {
  Vchip2& pins = model_->pins;
  model_->access(slice, row, false);
  std::memcpy(&pins.host_data_i, &pins.host_data_o, sizeof pins.host_data_i);
  std::memcpy(&pins.host_check_i, &pins.host_check_o, sizeof pins.host_check_i);
  PinBits data(&pins.host_data_i, sizeof pins.host_data_i);
  PinBits check(&pins.host_check_i, sizeof pins.host_check_i);
  const auto r = static_cast<std::size_t>(superlane);
  const auto flipped = static_cast<std::size_t>(bit < kDataBits ? bit : bit - kDataBits);
  PinBits& bits = bit < kDataBits ? data : check;
  const std::size_t at = r * (bit < kDataBits ? kDataBits : kCheckBits) + flipped;
  bits.set_field(at, 1, bits.bit(at) ? 0 : 1);
  pins.host_raw_i = 1;
  model_->access(slice, row, true);
  pins.host_raw_i = 0;
}

std::int64_t ChipRtl::corrected() const { return model_->pins.corrected_o; }
bool ChipRtl::uncorrectable() const { return model_->pins.uncorrectable_o; }

void ChipRtl::trace(VerilatedFstC& file, int levels) { model_->pins.trace(&file, levels); }

}  // namespace lpu::rtl
