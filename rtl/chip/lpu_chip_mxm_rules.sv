// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// What the two planes of a hemisphere may do together: streams go outward to them and inward from
/// them; fp16 is the business of the even plane, and takes the odd one, which must be without
/// weights and idle. Drives nothing. Counterpart of the rules in tlm/chip/mxm_unit.h.
module lpu_chip_mxm_rules #(
  /// 1: outward is westward.
  parameter bit West = 1'b0
) (
  input logic             clk_i,
  input logic             rst_ni,
  input logic [5:0]       insn_valid_i,
  input logic [6*128-1:0] insn_i
);

  logic [7:0] odd_weights_op;
  logic       odd_loaded_q, odd_installed_q;
  // Of each plane: an lw of fp16, an abc of fp16.
  logic [1:0] lw_fp16, abc_fp16;

  for (genvar p = 0; p < 2; p++) begin : g_plane
    logic lw, abc, acc, lw_west, abc_west, acc_west, acc_drives;

    assign lw  = insn_valid_i[3*p] && insn_i[3*128*p +: 8] == lpu_isa_pkg::OpLw;
    assign abc = insn_valid_i[3*p + 1];
    assign acc = insn_valid_i[3*p + 2];
    assign lw_west    = insn_i[3*128*p + lpu_isa_pkg::InLsb + 5];
    assign abc_west   = insn_i[3*128*p + 128 + lpu_isa_pkg::InLsb + 5];
    assign acc_west   = insn_i[3*128*p + 256 + lpu_isa_pkg::OutLsb + 5];
    assign acc_drives = insn_i[3*128*p + 256 + lpu_isa_pkg::OutLsb + 7];
    assign lw_fp16[p] = lw
        && insn_i[3*128*p + lpu_isa_pkg::TypeLsb +: 4] == lpu_isa_pkg::TypeF16;
    assign abc_fp16[p] = abc
        && insn_i[3*128*p + 128 + lpu_isa_pkg::TypeLsb +: 4] == lpu_isa_pkg::TypeF16;

    `LPU_ASSERT(OperandsComeOutward, (!lw || lw_west == West) && (!abc || abc_west == West))
    `LPU_ASSERT(ResultsGoInward, !acc || !acc_drives || acc_west != West)
  end

  assign odd_weights_op = insn_i[3*128 +: 8];
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      odd_loaded_q    <= 1'b0;
      odd_installed_q <= 1'b0;
    end else if (insn_valid_i[3]) begin
      odd_loaded_q <= odd_weights_op == lpu_isa_pkg::OpLw;
      if (odd_weights_op == lpu_isa_pkg::OpIw) odd_installed_q <= odd_loaded_q;
    end
  end

  `LPU_ASSERT(Fp16OnOddPlane, !lw_fp16[1] && !abc_fp16[1])
  `LPU_ASSERT(PartnerIsIdle, !abc_fp16[0] || (!odd_installed_q && !insn_valid_i[4]))

  // An even plane may load fp16 whatever the odd one does.
  logic unused_lw;
  assign unused_lw = lw_fp16[0];
endmodule
