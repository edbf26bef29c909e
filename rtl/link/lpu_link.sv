// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// One direction of a cable: phits come out a fixed time later. `Flight` is what the schedule
/// counts, from the first phit of a frame to the cycle in which its vector may be received, so the
/// wire itself is shorter by what the receiver takes. Counterpart of fabric/link/link.h.
module lpu_link #(
  parameter int unsigned Superlanes = 20,
  parameter int unsigned Flight     = 217,
  // Derived, do not override.
  parameter int unsigned PhitBits   = 8 * lpu_c2c_pkg::PhitBytes
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                phit_valid_i,
  input  logic [PhitBits-1:0] phit_data_i,
  output logic                phit_valid_o,
  output logic [PhitBits-1:0] phit_data_o
);

  localparam int unsigned FrameBytes = 16 * Superlanes + lpu_c2c_pkg::CheckBytes;
  localparam int unsigned Phits =
      (FrameBytes + lpu_c2c_pkg::PhitBytes - 1) / lpu_c2c_pkg::PhitBytes;
  localparam int unsigned Delay    = Flight - Phits - lpu_c2c_pkg::DecodeCycles;
  localparam int unsigned PtrWidth = $clog2(Delay);

  // One slot of the ring is read and written in a cycle; the register after it is the last cycle.
  localparam int unsigned Depth = Delay - 1;
  logic [PtrWidth-1:0] ptr_q;
  logic [Depth-1:0]    valid_q;
  logic [PhitBits-1:0] ring_q [0:Depth-1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ptr_q        <= '0;
      valid_q      <= '0;
      phit_valid_o <= 1'b0;
    end else begin
      ptr_q          <= ptr_q == PtrWidth'(Depth - 1) ? '0 : ptr_q + 1'b1;
      valid_q[ptr_q] <= phit_valid_i;
      phit_valid_o   <= valid_q[ptr_q];
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_q[ptr_q]) phit_data_o <= ring_q[ptr_q];
    if (phit_valid_i) ring_q[ptr_q] <= phit_data_i;
  end

  `LPU_ASSERT_INIT(FlightIsLongEnough, Flight >= Phits + lpu_c2c_pkg::DecodeCycles + 2)
endmodule
