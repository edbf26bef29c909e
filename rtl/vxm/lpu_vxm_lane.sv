// SPDX-License-Identifier: Apache-2.0

/// Lanes of an ALU alone: what lpu_vxm_alus does to the operands in its last cycle, on pins of its
/// own. The arithmetic is the same text; here synthesis and mutants can have one lane of it.
module lpu_vxm_lane #(
  parameter int unsigned Lanes = 1
) (
  input  logic                clk_i,
  input  logic [7:0]          op_i,
  input  logic [3:0]          from_i,
  input  logic [3:0]          to_i,
  // Operands a and b come from a stream.
  input  logic [1:0]          from_stream_i,
  input  logic [32*Lanes-1:0] a_i,
  input  logic [32*Lanes-1:0] b_i,
  output logic [32*Lanes-1:0] result_o
);

`include "lpu_fp32.svh"
`include "lpu_vxm_convert.svh"
`include "lpu_special_tables.svh"
`include "lpu_vxm_special.svh"
`include "lpu_vxm_execute.svh"

  int unsigned i;

  always @(posedge clk_i) begin
    for (i = 0; i < Lanes; i = i + 1) begin
      x[i] = a_i[32*i +: 32];
      x[16 + i] = b_i[32*i +: 32];
    end
    lpu_vxm_execute(op_i, from_i, to_i, from_stream_i);
    for (i = 0; i < Lanes; i = i + 1) result_o[32*i +: 32] <= z[i];
  end
endmodule
