// SPDX-License-Identifier: Apache-2.0
/// The functions of lpu_fp32.svh on pins of their own.
module lpu_fp32_pins (
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  output logic [31:0] sum_o,
  // (high * 2^32 + low) * 2^-48, high signed.
  input  logic [63:0] high_i,
  input  logic [31:0] low_i,
  output logic [31:0] rounded_o
);
`include "lpu_fp32.svh"

  assign sum_o     = lpu_fp32_add(a_i, b_i);
  assign rounded_o = lpu_fp32_round(high_i, low_i);
endmodule
