// SPDX-License-Identifier: Apache-2.0
#include "rtl/mem/mem_slice_rtl.h"

#include <VmemSlice2.h>
#include <VmemSlice20.h>
#include <fmt/format.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>

#include "rtl/common/pin_bits.h"

namespace lpu::rtl {
namespace {

template <class Verilated>
class MemSliceOf final : public UnitRtlOf<Verilated, MemSliceRtl> {
 public:
  using UnitRtlOf<Verilated, MemSliceRtl>::UnitRtlOf;

  void host_write(int row, const std::uint8_t* data, const UnitRtl::Checks& checks) override {
    auto& pins = this->block();
    pins.host_valid_i = 1;
    pins.host_write_i = 1;
    pins.host_row_i = static_cast<std::uint16_t>(row);
    bits(pins.host_data_i).copy_in(0, data, sizeof pins.host_data_i);
    for (std::size_t r = 0; r < superlanes(); ++r) {
      bits(pins.host_check_i).set_field(r * UnitRtl::kCheckBits, UnitRtl::kCheckBits, checks[r]);
    }
    this->clock();
  }

  void host_read(int row, std::uint8_t* data, UnitRtl::Checks* checks) override {
    auto& pins = this->block();
    pins.host_valid_i = 1;
    pins.host_write_i = 0;
    pins.host_row_i = static_cast<std::uint16_t>(row);
    this->clock();
    std::memcpy(data, bits(pins.host_data_o).data(0), sizeof pins.host_data_o);
    for (std::size_t r = 0; r < superlanes(); ++r) {
      (*checks)[r] = static_cast<std::uint16_t>(
          bits(pins.host_check_o).field(r * UnitRtl::kCheckBits, UnitRtl::kCheckBits));
    }
  }

  void fetch(int row) override {
    this->block().text_valid_i = 1;
    this->block().text_row_i = static_cast<std::uint16_t>(row);
  }

  const std::uint8_t* text() override {
    auto& pins = this->block();
    return pins.text_valid_o != 0 ? bits(pins.text_data_o).data(0) : nullptr;
  }

 protected:
  void edge() override {
    UnitRtlOf<Verilated, MemSliceRtl>::edge();
    this->block().text_valid_i = 0;
    this->block().host_valid_i = 0;
  }

 private:
  template <class Pin>
  static PinBits bits(Pin& pin) {
    return PinBits(&pin, sizeof pin);
  }
  [[nodiscard]] std::size_t superlanes() const {
    return static_cast<std::size_t>(UnitRtl::superlanes());
  }
};

}  // namespace

std::unique_ptr<MemSliceRtl> MemSliceRtl::make(RtlContext& context, const std::string& name,
                                               int superlanes) {
  switch (superlanes) {
    case 2:
      return std::make_unique<MemSliceOf<VmemSlice2>>(context, name, superlanes);
    case 20:
      return std::make_unique<MemSliceOf<VmemSlice20>>(context, name, superlanes);
    default:
      throw std::invalid_argument(fmt::format(
          "mem slice: no RTL was verilated for {} superlanes; there is 2 and 20", superlanes));
  }
}

}  // namespace lpu::rtl
