// SPDX-License-Identifier: Apache-2.0

/// Counts. Only a block to be seen in a waveform beside the model's signals.
module lpu_wave_counter (
  input  logic        clk_i,
  input  logic        rst_ni,
  output logic [ 7:0] count_o,
  output logic [99:0] wide_o,
  output logic [ 0:0] odd_o
);

  logic [7:0] count_d, count_q;
  logic [0:0] odd_q;

  assign count_d = count_q + 8'd1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q <= '0;
      odd_q   <= '0;
    end else begin
      count_q <= count_d;
      odd_q   <= count_d[0];
    end
  end

  assign count_o = count_q;
  assign wide_o  = {92'd1, count_q};
  assign odd_o   = odd_q;

endmodule
