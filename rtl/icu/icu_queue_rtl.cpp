// SPDX-License-Identifier: Apache-2.0
#include "rtl/icu/icu_queue_rtl.h"

#include <VicuQueue2.h>
#include <VicuQueue20.h>
#include <fmt/format.h>
#include <verilated.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>

#include "rtl/common/kept_model.h"

namespace lpu::rtl {

/// The pins of one Verilated configuration.
class IcuQueueRtl::Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;
  virtual void reset() = 0;
  virtual void load(std::uint32_t length) = 0;
  virtual void place(std::size_t index, const isa::Word& word) = 0;
  [[nodiscard]] virtual Outputs outputs() const = 0;
  virtual void clock(const Inputs& inputs) = 0;
  virtual void trace(VerilatedFstC& file, int levels) = 0;
};

template <class Verilated>
class IcuQueueRtl::ModelOf final : public Model {
 public:
  ModelOf(RtlContext& context, const std::string& name) : pins_(context, name) {}
  ModelOf(const ModelOf&) = delete;
  ModelOf& operator=(const ModelOf&) = delete;

  void reset() override {
    pins_->rst_ni = 1;
    edge();
    pins_->rst_ni = 0;
    edge();
    pins_->rst_ni = 1;
  }

  void load(std::uint32_t length) override {
    pins_->load_i = 1;
    pins_->length_i = length;
    edge();
    pins_->load_i = 0;
    edge();
  }

  void place(std::size_t index, const isa::Word& word) override {
    pins_->host_valid_i = 1;
    pins_->host_index_i = static_cast<std::uint8_t>(index);
    std::memcpy(&pins_->host_insn_i, word.data(), word.size());
    edge();
    pins_->host_valid_i = 0;
  }

  [[nodiscard]] Outputs outputs() const override {
    Outputs out;
    out.insn_valid = pins_->insn_valid_o;
    if (out.insn_valid) std::memcpy(out.insn.data(), &pins_->insn_o, out.insn.size());
    out.notify = pins_->notify_o;
    out.fetch = pins_->fetch_valid_o;
    out.fetch_slice = pins_->fetch_slice_o;
    out.fetch_row = pins_->fetch_row_o;
    out.parked = pins_->parked_o;
    out.done = pins_->done_o;
    return out;
  }

  void clock(const Inputs& inputs) override {
    pins_->start_i = inputs.start;
    pins_->notify_i = inputs.notify;
    pins_->text_valid_i = 0;
    for (std::size_t r = 0; r < inputs.text.size(); ++r) {
      if (inputs.text[r] == nullptr) continue;
      pins_->text_valid_i |= 1U << r;
      std::memcpy(reinterpret_cast<std::uint8_t*>(&pins_->text_data_i) + r * sizeof(isa::Word),
                  inputs.text[r], sizeof(isa::Word));
    }
    edge();
    pins_->start_i = 0;
    pins_->notify_i = 0;
    pins_->text_valid_i = 0;
  }

  void trace(VerilatedFstC& file, int levels) override { pins_->trace(&file, levels); }

 private:
  void edge() {
    pins_->clk_i = 0;
    pins_->eval();
    pins_->clk_i = 1;
    pins_->eval();
  }

  KeptModel<Verilated> pins_;
};

IcuQueueRtl::IcuQueueRtl(RtlContext& context, const std::string& name, int superlanes)
    : context_(&context) {
  if (superlanes == 2) {
    model_ = std::make_unique<ModelOf<VicuQueue2>>(context, name);
  } else if (superlanes == 20) {
    model_ = std::make_unique<ModelOf<VicuQueue20>>(context, name);
  } else {
    throw std::invalid_argument(fmt::format(
        "icu queue: no RTL was verilated for {} superlanes; there is 2 and 20", superlanes));
  }
  model_->reset();
}

IcuQueueRtl::~IcuQueueRtl() = default;

void IcuQueueRtl::load(std::uint32_t length, std::span<const isa::Word> head) {
  model_->load(length);
  for (std::size_t i = 0; i < head.size(); ++i) model_->place(i, head[i]);
  errors_ = 0;
}

IcuQueueRtl::Outputs IcuQueueRtl::outputs() const { return model_->outputs(); }

void IcuQueueRtl::clock(const Inputs& inputs) {
  const std::uint64_t before = context_->errors();
  model_->clock(inputs);
  errors_ += context_->errors() - before;
}

void IcuQueueRtl::trace(VerilatedFstC& file, int levels) { model_->trace(file, levels); }

}  // namespace lpu::rtl
