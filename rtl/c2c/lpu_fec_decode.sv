// SPDX-License-Identifier: Apache-2.0

/// Judges a frame as its phits go by. In the second cycle after the last phit the verdict is
/// there: at most one symbol of each code to be put right, or that this cannot be done. Counterpart
/// of `decode_frame` in isa/wire/frame.h.
module lpu_fec_decode #(
  /// Of the vector, even.
  parameter int unsigned VectorBytes = 320,
  // Derived, do not override.
  parameter int unsigned PhitBits    = 8 * lpu_c2c_pkg::PhitBytes
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     valid_i,
  // Number of the phit in its frame. A frame's phits come in order; 0 begins a new one.
  input  logic [7:0]               index_i,
  input  logic                     last_i,
  input  logic [PhitBits-1:0]      data_i,
  output logic                     done_o,
  // What has to be XORed onto the vector.
  output logic [8*VectorBytes-1:0] error_o,
  // Symbols put right, check symbols included, and that there are more.
  output logic [1:0]               corrected_o,
  output logic                     failed_o
);
`include "lpu_fec.svh"

  localparam int unsigned VectorBits = 8 * VectorBytes;
  localparam int unsigned FrameBytes = VectorBytes + lpu_c2c_pkg::CheckBytes;
  localparam int unsigned Symbols    = FrameBytes / 2;

  // Syndromes of code 0 and code 1.
  logic [31:0] even_d, even_q, odd_d, odd_q;
  logic        complete_q;

  int unsigned p, at;
  always_comb begin
    p = 0;
    at = 0;
    even_d = even_q;
    odd_d = odd_q;
    if (valid_i) begin
      if (index_i == 0) begin
        even_d = 0;
        odd_d = 0;
      end
      for (p = 0; p < lpu_c2c_pkg::PhitBytes; p = p + 2) begin
        at = lpu_c2c_pkg::PhitBytes * 32'(index_i) + p;
        if (at < FrameBytes) begin
          even_d = lpu_fec_evaluated(even_d, data_i[8*p +: 8]);
          odd_d = lpu_fec_evaluated(odd_d, data_i[8*p + 8 +: 8]);
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      even_q     <= '0;
      odd_q      <= '0;
      complete_q <= 1'b0;
    end else begin
      even_q     <= even_d;
      odd_q      <= odd_d;
      complete_q <= valid_i && last_i;
    end
  end

  logic [31:0] even, odd;
  logic [1:0]  found, failed;
  logic [7:0]  even_power, odd_power, even_error, odd_error;
  assign even = complete_q ? even_q : 32'd0;
  assign odd  = complete_q ? odd_q : 32'd0;

  lpu_fec_locate #(.Symbols(Symbols)) u_even (
    .syndrome_i(even), .found_o(found[0]), .power_o(even_power), .error_o(even_error),
    .failed_o(failed[0])
  );
  lpu_fec_locate #(.Symbols(Symbols)) u_odd (
    .syndrome_i(odd), .found_o(found[1]), .power_o(odd_power), .error_o(odd_error),
    .failed_o(failed[1])
  );

  // Symbol i of a code is that of x^(Symbols - 1 - i), and byte 2 i or 2 i + 1 of the frame.
  int unsigned even_at, odd_at;
  assign even_at = 16 * (Symbols - 1 - 32'(even_power));
  assign odd_at  = 16 * (Symbols - 1 - 32'(odd_power)) + 8;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      done_o      <= 1'b0;
      corrected_o <= '0;
      failed_o    <= 1'b0;
    end else begin
      done_o      <= complete_q;
      corrected_o <= failed != 0 ? 2'd0 : {1'b0, found[0]} + {1'b0, found[1]};
      failed_o    <= failed != 0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (complete_q) begin
      error_o <= '0;
      // A wrong check symbol is beyond the vector. A frame with more errors is left as it came.
      if (failed == 0) begin
        error_o <= (found[0] ? VectorBits'(even_error) << even_at : '0)
            ^ (found[1] ? VectorBits'(odd_error) << odd_at : '0);
      end
    end
  end
endmodule
