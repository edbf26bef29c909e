// SPDX-License-Identifier: Apache-2.0

/// Puts check symbols after a vector as its phits go by: two byte-interleaved Reed-Solomon codes
/// with 4 check symbols each. Counterpart of `encode_frame` in isa/wire/frame.h.
module lpu_fec_encode #(
  /// Of the vector, even.
  parameter int unsigned VectorBytes = 320,
  // Derived, do not override.
  parameter int unsigned PhitBits    = 8 * lpu_c2c_pkg::PhitBytes
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                valid_i,
  // Number of the phit in its frame. A frame's phits come in order; 0 begins a new one.
  input  logic [7:0]          index_i,
  input  logic [PhitBits-1:0] data_i,
  // In the same cycle.
  output logic [PhitBits-1:0] data_o
);
`include "lpu_fec.svh"

  // Remainders of code 0 and code 1.
  logic [31:0] even_d, even_q, odd_d, odd_q;

  // A byte's place in the frame decides: message, check symbol or padding.
  int unsigned p, at;
  always_comb begin
    p = 0;
    at = 0;
    even_d = even_q;
    odd_d = odd_q;
    data_o = data_i;
    if (valid_i) begin
      if (index_i == 0) begin
        even_d = 0;
        odd_d = 0;
      end
      for (p = 0; p < lpu_c2c_pkg::PhitBytes; p = p + 2) begin
        at = lpu_c2c_pkg::PhitBytes * 32'(index_i) + p;
        if (at < VectorBytes) begin
          even_d = lpu_fec_divided(even_d, data_i[8*p +: 8]);
          odd_d = lpu_fec_divided(odd_d, data_i[8*p + 8 +: 8]);
        end else begin
          // Symbols leave from the top; zeros follow them.
          data_o[8*p +: 16] = {odd_d[31:24], even_d[31:24]};
          even_d = {even_d[23:0], 8'd0};
          odd_d = {odd_d[23:0], 8'd0};
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      even_q <= '0;
      odd_q  <= '0;
    end else begin
      even_q <= even_d;
      odd_q  <= odd_d;
    end
  end
endmodule
