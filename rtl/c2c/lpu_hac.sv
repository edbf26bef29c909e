// SPDX-License-Identifier: Apache-2.0

/// The hardware aligned counter: counts the cycles of an epoch, 0 to 251. A child hears its
/// parent's counter over a link and moves towards it, by one every `Interval` cycles at most, so
/// that nothing on the chip sees a jump. The root of the tree hears nothing. Counterpart of
/// `Hac` in fabric/clock/hac.h.
module lpu_hac #(
  /// Cycles between two corrections by one.
  parameter int unsigned Interval = 252
) (
  input  logic       clk_i,
  input  logic       rst_ni,
  // The parent's counter as it left the parent, and the cycles that it was under way, both below
  // 252.
  input  logic       heard_i,
  input  logic [7:0] parent_i,
  input  logic [7:0] latency_i,
  output logic [7:0] hac_o
);

  localparam int unsigned Period        = 252;
  localparam int unsigned IntervalWidth = $clog2(Interval);

  // Sums of an epoch, modulo the period.
  function automatic logic [7:0] wrapped(input logic [9:0] sum);
    wrapped = sum >= 10'(2 * Period) ? 8'(sum - 10'(2 * Period))
        : sum >= 10'(Period) ? 8'(sum - 10'(Period)) : 8'(sum);
  endfunction

  // Cycles that the own counter has to gain; above half a period it is nearer to lose.
  logic [7:0]               gain_d, gain_q;
  logic [7:0]               hac_d;
  logic [IntervalWidth-1:0] wait_q;
  logic                     moves, behind;

  assign behind = gain_q < 8'(Period / 2);
  assign moves  = wait_q == 0 && gain_q != 0;
  assign hac_d  = wrapped({2'd0, hac_o} + (!moves ? 10'd1 : behind ? 10'd2 : 10'd0));
  // In this cycle the own counter should be the parent's and the way.
  assign gain_d = heard_i
      ? wrapped({2'd0, parent_i} + {2'd0, latency_i} + 10'(Period) - {2'd0, hac_o})
      : gain_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      hac_o  <= '0;
      gain_q <= '0;
      wait_q <= '0;
    end else begin
      hac_o  <= hac_d;
      gain_q <= !moves ? gain_d : wrapped({2'd0, gain_d} + (behind ? 10'(Period - 1) : 10'd1));
      wait_q <= moves ? IntervalWidth'(Interval - 1) : wait_q != 0 ? wait_q - 1'b1 : wait_q;
    end
  end
endmodule
