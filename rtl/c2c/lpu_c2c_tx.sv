// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// The sending half of a link: takes a vector from a stream, checks it, and puts it on the wire
/// as a frame. Counterpart of `LinkPort::send` in tlm/c2c/link_port.h.
module lpu_c2c_tx #(
  parameter int unsigned Superlanes = 20,
  parameter bit          Climb      = 1'b1,
  // Derived, do not override.
  parameter int unsigned PhitBits   = 8 * lpu_c2c_pkg::PhitBytes
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  // In superlane 0's frame: a send is dispatched, of this stream.
  input  logic                         send_i,
  input  logic [5:0]                   stream_i,
  input  logic [64*Superlanes-1:0]     stream_valid_i,
  input  logic [64*Superlanes*128-1:0] stream_data_i,
  input  logic [64*Superlanes*9-1:0]   stream_check_i,
  // The first phit of a frame is there `C2cSendLatency` after its send, the others follow.
  output logic                         phit_valid_o,
  output logic [PhitBits-1:0]          phit_data_o,
  output logic [15:0]                  corrected_o,
  output logic                         uncorrectable_o
);
`include "lpu_secded.svh"

  localparam int unsigned VectorBytes = 16 * Superlanes;
  localparam int unsigned Phits =
      (VectorBytes + lpu_c2c_pkg::CheckBytes + lpu_c2c_pkg::PhitBytes - 1) / lpu_c2c_pkg::PhitBytes;
  localparam int unsigned Wait = lpu_isa_pkg::C2cSendLatency - 1;
  localparam int unsigned PaceWidth = $clog2(lpu_isa_pkg::C2cPace + 1);

  // {stream, valid}
  logic [Superlanes*7-1:0] step;
  lpu_climb #(.Width(7), .Superlanes(Superlanes), .Climb(Climb)) u_climb (
    .clk_i, .rst_ni, .value_i({stream_i, send_i}), .value_o(step)
  );

  logic [Wait-1:0]          start_q;
  logic [7:0]               index_q;
  logic                     sending_q;
  logic [PaceWidth-1:0]     pace_q;
  logic [128*Superlanes-1:0] vector_q, rest_q;
  logic                     undriven_q;

  // When the wait is over the last superlane has come, and the vector moves on.
  logic                start, valid;
  logic [7:0]          index;
  logic [PhitBits-1:0] message, phit;
  assign start   = start_q[Wait-1];
  assign valid   = start || sending_q;
  assign index   = start ? 8'd0 : index_q;
  assign message = start ? PhitBits'(vector_q) : PhitBits'(rest_q);

  lpu_fec_encode #(.VectorBytes(VectorBytes)) u_encode (
    .clk_i, .rst_ni, .valid_i(valid), .index_i(index), .data_i(message), .data_o(phit)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      start_q      <= '0;
      sending_q    <= 1'b0;
      index_q      <= '0;
      pace_q       <= '0;
      phit_valid_o <= 1'b0;
    end else begin
      start_q      <= Wait'({start_q, send_i});
      sending_q    <= valid && index != 8'(Phits - 1);
      index_q      <= index + 1'b1;
      pace_q       <= send_i ? PaceWidth'(lpu_isa_pkg::C2cPace - 1)
          : pace_q != 0 ? pace_q - 1'b1 : pace_q;
      phit_valid_o <= valid;
    end
  end

  // Work of one process, of no use in a waveform.
  // verilator tracing_off
  int unsigned r, from;
  logic [137:0] taken;
  logic [129:0] judged;
  logic [128*Superlanes-1:0] vector;
  logic [15:0] corrected;
  logic any, uncorrectable, undriven;
  // verilator tracing_on

  always_ff @(posedge clk_i) begin
    r = 0;
    from = 0;
    corrected = 0;
    uncorrectable = 1'b0;
    undriven = 1'b0;
    any = 1'b0;
    for (r = 0; r < Superlanes; r = r + 1) any = any | step[7*r];
    if (any) begin
      vector = vector_q;
      for (r = 0; r < Superlanes; r = r + 1) begin
        if (step[7*r]) begin
          taken = 138'd0;
          for (from = 0; from < 64; from = from + 1) begin
            if (from == 32'(step[7*r + 1 +: 6]))
              taken = {stream_valid_i[Superlanes*from + r],
                  stream_check_i[9*(Superlanes*from + r) +: 9],
                  stream_data_i[128*(Superlanes*from + r) +: 128]};
          end
          judged = lpu_secded_judge(taken[127:0], taken[136:128]);
          vector[128*r +: 128] = judged[127:0];
          corrected = corrected + 16'(judged[128]);
          uncorrectable = uncorrectable | judged[129];
          undriven = undriven | !taken[137];
        end
      end
      vector_q <= vector;
    end
    corrected_o <= corrected;
    uncorrectable_o <= uncorrectable;
    undriven_q <= undriven;

    if (valid) begin
      rest_q <= (start ? vector_q : rest_q) >> PhitBits;
      phit_data_o <= phit;
    end
  end

  `LPU_ASSERT_INIT(TheLastSuperlaneComesInTime, !Climb || Superlanes <= Wait)
  `LPU_ASSERT_INIT(AFrameFitsThePace, Phits <= lpu_isa_pkg::C2cPace)
  `LPU_ASSERT(SendPace, !send_i || pace_q == 0)
  // Of the cycle before.
  `LPU_ASSERT(OperandDriven, !undriven_q)
endmodule
