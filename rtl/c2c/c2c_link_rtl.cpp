// SPDX-License-Identifier: Apache-2.0
#include "rtl/c2c/c2c_link_rtl.h"

#include <Vc2cLink2.h>
#include <Vc2cLink20.h>
#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

namespace lpu::rtl {
namespace {

template <class Verilated>
class C2cLinkOf final : public C2cLinkRtl, public UnitRtlOf<Verilated> {
 public:
  C2cLinkOf(RtlContext& context, const std::string& name, int superlanes)
      : UnitRtlOf<Verilated>(context, name, superlanes) {}

  UnitRtl& unit() override { return *this; }

  std::optional<isa::Phit> sent() override {
    if (this->block().phit_valid_o == 0) return std::nullopt;
    isa::Phit phit;
    std::memcpy(phit.data(), &this->block().phit_data_o, phit.size());
    return phit;
  }
  void come(const isa::Phit& phit) override {
    this->block().phit_valid_i = 1;
    std::memcpy(&this->block().phit_data_i, phit.data(), phit.size());
  }

  bool flagged() override { return this->block().flagged_o != 0; }
  std::uint32_t fec_corrected() override { return this->block().fec_corrected_o; }
  std::uint32_t fec_flagged() override { return this->block().fec_flagged_o; }

 protected:
  void edge() override {
    UnitRtlOf<Verilated>::edge();
    this->block().phit_valid_i = 0;
  }
};

}  // namespace

std::unique_ptr<C2cLinkRtl> C2cLinkRtl::make(RtlContext& context, const std::string& name,
                                             int superlanes) {
  switch (superlanes) {
    case 2:
      return std::make_unique<C2cLinkOf<Vc2cLink2>>(context, name, superlanes);
    case 20:
      return std::make_unique<C2cLinkOf<Vc2cLink20>>(context, name, superlanes);
    default:
      throw std::invalid_argument(fmt::format(
          "c2c link: no RTL was verilated for {} superlanes; there is 2 and 20", superlanes));
  }
}

}  // namespace lpu::rtl
