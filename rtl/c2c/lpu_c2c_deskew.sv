// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// Makes the time of arrival a matter of the clock alone: vectors that came are handed on one at
/// a time, when the hardware aligned counter is at `Phase` in a slot. Senders that keep to one
/// vector a slot, and a link whose times differ by less than a slot, then give arrivals that are
/// the same in every run. It has no counterpart in the model, whose links do not jitter.
module lpu_c2c_deskew #(
  /// Cycles; a divisor of the counter's period of 252, at least the pace of a link.
  parameter int unsigned Slot  = 28,
  parameter int unsigned Phase = 0,
  /// Vectors that may wait.
  parameter int unsigned Depth = 8
) (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic [7:0] hac_i,
  // A vector has come.
  input  logic       came_i,
  // The oldest one arrives.
  output logic       arrives_o
);

  localparam int unsigned CountWidth = $clog2(Depth + 1);

  logic [CountWidth-1:0] waiting_q;
  assign arrives_o = waiting_q != 0 && 32'(hac_i) % Slot == Phase;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) waiting_q <= '0;
    else         waiting_q <= waiting_q + CountWidth'(came_i) - CountWidth'(arrives_o);
  end

  `LPU_ASSERT_INIT(SlotsFillAnEpoch, 252 % Slot == 0 && Phase < Slot)
endmodule
