// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "isa/spec/chip_spec.h"

namespace lpu::isa {
namespace {

constexpr std::array<ChipField, 31> kFields{{
    {"chip", "clock_mhz", &ChipSpec::clock_mhz, 1, 10000, "MHz", "core clock"},
    {"chip", "superlanes", &ChipSpec::superlanes, 1, 20, "superlanes", "superlanes of 16 lanes"},
    {"chip", "streams", &ChipSpec::streams, 16, 32, "streams", "byte streams of one direction"},
    {"mem", "slices", &ChipSpec::mem_slices, 1, 128, "slices", "slices of one hemisphere"},
    {"mem", "rows", &ChipSpec::mem_rows, 2, 65536, "rows", "rows of a slice, in two banks"},
    {"mem", "slices_per_hop", &ChipSpec::mem_slices_per_hop, 1, 128, "slices",
     "slices that share a stream register"},
    {"mem", "read_latency", &ChipSpec::mem_read_latency, 1, 255, "cycles",
     "dispatch of a read to its row on the stream"},
    {"mem", "write_latency", &ChipSpec::mem_write_latency, 1, 255, "cycles",
     "dispatch of a write to the row being readable"},
    {"hops", "vxm_through", &ChipSpec::vxm_through, 2, 64, "hops",
     "from the innermost MEM of one hemisphere to the other, the registers of the VXM"},
    {"hops", "mem_to_sxm", &ChipSpec::mem_to_sxm, 1, 64, "hops", "outermost MEM to SXM and C2C"},
    {"hops", "sxm_to_mxm", &ChipSpec::sxm_to_mxm, 1, 64, "hops", "SXM to the operands of MXM"},
    {"hops", "mxm_to_sxm", &ChipSpec::mxm_to_sxm, 1, 64, "hops", "results of MXM to SXM"},
    {"vxm", "input_latency", &ChipSpec::vxm_input_latency, 1, 255, "cycles", "stream to ALU"},
    {"vxm", "op_latency", &ChipSpec::vxm_op_latency, 1, 255, "cycles", "one operation"},
    {"vxm", "special_latency", &ChipSpec::vxm_special_latency, 1, 255, "cycles",
     "exp2, rsqrt, tanh"},
    {"mxm", "result_latency", &ChipSpec::mxm_result_latency, 2, 255, "cycles",
     "activations to the result on streams"},
    {"mxm", "install_latency", &ChipSpec::mxm_install_latency, 1, 255, "cycles",
     "iw to the first abc with the new weights"},
    {"mxm", "accumulators", &ChipSpec::mxm_accumulators, 1, 65536, "slots",
     "accumulator slots of a plane"},
    {"sxm", "shift_latency", &ChipSpec::sxm_shift_latency, 1, 255, "cycles", "shift by lanes"},
    {"sxm", "permute_latency", &ChipSpec::sxm_permute_latency, 1, 255, "cycles",
     "permute of all lanes"},
    {"sxm", "permute_interval", &ChipSpec::sxm_permute_interval, 1, 255, "cycles",
     "between two permutes of a hemisphere"},
    {"sxm", "distribute_latency", &ChipSpec::sxm_distribute_latency, 1, 255, "cycles",
     "distribute inside a superlane"},
    {"sxm", "rotate_latency", &ChipSpec::sxm_rotate_latency, 1, 255, "cycles",
     "rotate inside a superlane"},
    {"sxm", "transpose_latency", &ChipSpec::sxm_transpose_latency, 1, 255, "cycles",
     "transpose of 16 streams"},
    {"icu", "barrier", &ChipSpec::icu_barrier, 1, 65535, "cycles",
     "notify to the first instruction after sync"},
    {"icu", "fetch_latency", &ChipSpec::icu_fetch_latency, 1, 255, "cycles",
     "ifetch to its first instruction in the queue"},
    {"c2c", "links", &ChipSpec::c2c_links, 16, 128, "links", "half of them on each side"},
    {"c2c", "global_links", &ChipSpec::c2c_global_links, 4, 64, "links",
     "of the east side, to other nodes"},
    {"c2c", "send_latency", &ChipSpec::c2c_send_latency, 1, 255, "cycles", "stream to the link"},
    {"c2c", "receive_latency", &ChipSpec::c2c_receive_latency, 1, 255, "cycles",
     "arrived vector to the stream"},
    {"c2c", "pace", &ChipSpec::c2c_pace, 1, 255, "cycles", "between two vectors on a link"},
}};

}  // namespace

std::span<const ChipField> chip_fields() { return kFields; }

}  // namespace lpu::isa
