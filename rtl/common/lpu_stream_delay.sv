// SPDX-License-Identifier: Apache-2.0

/// The stream registers of one direction between two positions that have units: what comes in
/// leaves `Hops` cycles later. As nobody looks in between, the values do not move: each is
/// written once into a ring and read once, and only in cycles in which something is valid.
module lpu_stream_delay #(
  parameter int unsigned Superlanes = 20,
  /// Positions from one to the other, at least 1.
  parameter int unsigned Hops       = 1
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic [32*Superlanes-1:0]     valid_i,
  input  logic [32*Superlanes*128-1:0] data_i,
  input  logic [32*Superlanes*9-1:0]   check_i,
  output logic [32*Superlanes-1:0]     valid_o,
  output logic [32*Superlanes*128-1:0] data_o,
  output logic [32*Superlanes*9-1:0]   check_o
);

  localparam int unsigned Words    = 32 * Superlanes;
  localparam int unsigned PtrWidth = Hops > 1 ? $clog2(Hops) : 1;

  // The place that is read is written next: it comes round again after `Hops` cycles.
  logic [PtrWidth-1:0]   ptr_d, ptr_q;
  logic [Hops*Words-1:0] valid_q;
  logic [Words*128-1:0]  data_q  [0:Hops-1];
  logic [Words*9-1:0]    check_q [0:Hops-1];

  assign ptr_d = ptr_q == PtrWidth'(Hops - 1) ? '0 : ptr_q + 1'b1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ptr_q   <= '0;
      valid_q <= '0;
    end else begin
      ptr_q                              <= ptr_d;
      valid_q[Words*32'(ptr_q) +: Words] <= valid_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i != 0) begin
      data_q[ptr_q]  <= data_i;
      check_q[ptr_q] <= check_i;
    end
  end

  assign valid_o = valid_q[Words*32'(ptr_q) +: Words];
  assign data_o  = data_q[ptr_q];
  assign check_o = check_q[ptr_q];
endmodule
