// SPDX-License-Identifier: Apache-2.0
#include <gtkwave/fstapi.h>
#include <verilated_fst_c.h>

#include <memory>
#include <set>
#include <utility>

#include "traces/file/whole_file.h"
#include "traces/wave/fst_file.h"
#include "traces/wave/wave_writer.h"

namespace lpu::traces {
namespace {

using Buffer = VerilatedFst::Buffer;

/// Blanks, not dots: only blanks make scopes in an FST.
std::string prefix(std::string scope) {
  for (char& c : scope) {
    if (c == '.') c = ' ';
  }
  return scope + " ";
}

class FstWriter : public WaveWriter {
 public:
  FstWriter(const std::string& path, std::vector<WaveSignal> signals, std::vector<RtlTrace> rtl,
            bool as_vcd)
      : as_vcd_(as_vcd),
        file_(path),
        signals_(std::move(signals)),
        codes_(signals_.size()),
        rtl_(std::move(rtl)) {
    if (as_vcd) between_ = std::make_unique<WholeFile>(path + ".fst");
    if (fst_path() == path) file_.fail("an FST file cannot be a pipe or a device");
    register_callbacks();
    fst_.open(fst_path().c_str());
  }

  void dump_all(std::uint64_t time, const std::vector<WaveValue>& values) override {
    dump(time, values, {});
  }

  void dump(std::uint64_t time, const std::vector<WaveValue>& values,
            const std::vector<std::size_t>& changed) override {
    values_ = &values;
    changed_ = &changed;
    fst_.dump(time);
  }

  std::vector<RtlSignal> close() override {
    fst_.close();
    if (!is_whole_fst(fst_path())) file_.fail("cannot be written: the disk is full");
    clear_fst_date(fst_path());
    void* const reader = fstReaderOpen(fst_path().c_str());
    if (reader == nullptr) file_.fail("cannot be written: its FST form cannot be read back");
    std::vector<RtlSignal> rtl = rtl_signals(reader);
    if (as_vcd_) convert(reader);
    fstReaderClose(reader);
    file_.commit();
    return rtl;
  }

 private:
  [[nodiscard]] const std::string& fst_path() const {
    return as_vcd_ ? between_->growing_path() : file_.growing_path();
  }

  void register_callbacks() {
    using DumpCb = VerilatedFst::dumpCb_t;  // picks one of two overloads
    VerilatedFst* const trace = fst_.spTrace();
    trace->addInitCb([](void* self, VerilatedFst* to,
                        uint32_t code) { static_cast<FstWriter*>(self)->declare(*to, code); },
                     this);
    trace->addFullCb(static_cast<DumpCb>(
                         [](void* self, Buffer* to) { static_cast<FstWriter*>(self)->all(*to); }),
                     this);
    trace->addChgCb(static_cast<DumpCb>(
                        [](void* self, Buffer* to) { static_cast<FstWriter*>(self)->some(*to); }),
                    this);
    for (RtlTrace& rtl : rtl_) {
      rtl.scope = prefix(rtl.scope);
      trace->addInitCb(
          [](void* scope, VerilatedFst* to, uint32_t) {
            to->scopeEscape(' ');
            to->pushNamePrefix(*static_cast<std::string*>(scope));
          },
          &rtl.scope);
      rtl.trace(fst_);
      trace->addInitCb(
          [](void*, VerilatedFst* to, uint32_t) {
            to->popNamePrefix();
            to->scopeEscape('.');
          },
          nullptr);
    }
    // After the models, which bring the units of their context along.
    fst_.set_time_unit("1fs");
    fst_.set_time_resolution("1fs");
  }

  void declare(VerilatedFst& to, std::uint32_t code) {
    to.scopeEscape(' ');
    for (std::size_t s = 0; s < signals_.size(); ++s) {
      const WaveSignal& signal = signals_[s];
      codes_[s] = code;
      code += static_cast<std::uint32_t>(signal.bits + 31) / 32;
      to.pushNamePrefix(prefix(signal.scope));
      if (signal.bits == 1) {
        to.declBit(codes_[s], signal.name.c_str(), -1, FST_VD_IMPLICIT, FST_VT_SV_LOGIC, false, -1);
      } else {
        to.declArray(codes_[s], signal.name.c_str(), -1, FST_VD_IMPLICIT, FST_VT_SV_LOGIC, false,
                     -1, signal.bits - 1, 0);
      }
      to.popNamePrefix();
    }
    to.scopeEscape('.');
  }

  void all(Buffer& to) {
    for (std::size_t s = 0; s < signals_.size(); ++s) put(to, s);
  }
  void some(Buffer& to) {
    for (const std::size_t s : *changed_) put(to, s);
  }
  void put(Buffer& to, std::size_t s) {
    const WaveValue& value = (*values_)[s];
    std::uint32_t* const old = to.oldp(codes_[s]);
    const int bits = signals_[s].bits;
    if (bits == 1) {
      to.fullBit(old, static_cast<CData>(value[0]));
    } else if (bits <= 32) {
      to.fullIData(old, value[0], bits);
    } else if (bits <= 64) {
      to.fullQData(old, value[0] | (static_cast<std::uint64_t>(value[1]) << 32), bits);
    } else {
      to.fullWData(old, value.data(), bits);
    }
  }

  /// What is in the file and not ours.
  [[nodiscard]] std::vector<RtlSignal> rtl_signals(void* reader) const {
    std::vector<RtlSignal> found;
    if (rtl_.empty()) return found;
    std::set<std::string> ours;
    for (const WaveSignal& signal : signals_) ours.insert(signal.scope);
    while (const fstHier* const part = fstReaderIterateHier(reader)) {
      if (part->htyp == FST_HT_SCOPE) fstReaderPushScope(reader, part->u.scope.name, nullptr);
      if (part->htyp == FST_HT_UPSCOPE) fstReaderPopScope(reader);
      if (part->htyp != FST_HT_VAR || part->u.var.typ == FST_VT_VCD_PARAMETER) continue;
      const std::string scope = fstReaderGetCurrentFlatScope(reader);
      if (ours.contains(scope)) continue;
      std::string name = part->u.var.name;
      std::erase(name, ' ');
      found.push_back({scope, name, static_cast<int>(part->u.var.length)});
    }
    return found;
  }

  void convert(void* reader) {
    fstReaderProcessHier(reader, file_.stream());
    fstReaderSetFacProcessMaskAll(reader);
    fstReaderIterBlocks(reader, nullptr, nullptr, file_.stream());
  }

  bool as_vcd_;
  WholeFile file_;
  std::unique_ptr<WholeFile> between_;  // as_vcd: the FST before it is turned; never committed
  std::vector<WaveSignal> signals_;
  std::vector<std::uint32_t> codes_;
  std::vector<RtlTrace> rtl_;
  const std::vector<WaveValue>* values_{nullptr};
  const std::vector<std::size_t>* changed_{nullptr};
  VerilatedFstC fst_;  // closes before the files go
};

}  // namespace

std::unique_ptr<WaveWriter> make_fst_writer(const std::string& path,
                                            std::vector<WaveSignal> signals,
                                            std::vector<RtlTrace> rtl, bool as_vcd) {
  return std::make_unique<FstWriter>(path, std::move(signals), std::move(rtl), as_vcd);
}

}  // namespace lpu::traces
