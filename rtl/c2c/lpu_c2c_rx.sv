// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// The receiving half of a link: frames off the wire are checked and kept, the oldest first, until
/// a receive drives one onto a stream. Counterpart of `LinkPort` in tlm/c2c/link_port.h.
///
/// A vector may be received `DecodeCycles` + 1 after its last phit came, or with `Deskew` after the
/// next turn of its slot. A frame that cannot be corrected is delivered as it came and flagged.
module lpu_c2c_rx #(
  parameter int unsigned Superlanes = 20,
  parameter bit          Climb      = 1'b1,
  /// Vectors that may wait or be on their way to the stream.
  parameter int unsigned Depth      = 8,
  parameter bit          Deskew     = 1'b0,
  // Derived, do not override.
  parameter int unsigned PhitBits   = 8 * lpu_c2c_pkg::PhitBytes
) (
  input  logic                      clk_i,
  input  logic                      rst_ni,
  input  logic                      phit_valid_i,
  input  logic [PhitBits-1:0]       phit_data_i,
  input  logic [7:0]                hac_i,
  // In superlane 0's frame: a receive is dispatched, to this stream.
  input  logic                      receive_i,
  input  logic [5:0]                stream_i,
  output logic [Superlanes-1:0]     drive_valid_o,
  output logic [Superlanes*6-1:0]   drive_stream_o,
  output logic [Superlanes*128-1:0] drive_data_o,
  output logic [Superlanes*9-1:0]   drive_check_o,
  // Superlane 0 of a flagged vector is driven.
  output logic                      flagged_o,
  // Since reset: symbols that were put right, frames that could not be.
  output logic [31:0]               fec_corrected_o,
  output logic [31:0]               fec_flagged_o
);
`include "lpu_secded.svh"

  localparam int unsigned VectorBytes = 16 * Superlanes;
  localparam int unsigned VectorBits  = 8 * VectorBytes;
  localparam int unsigned Phits =
      (VectorBytes + lpu_c2c_pkg::CheckBytes + lpu_c2c_pkg::PhitBytes - 1) / lpu_c2c_pkg::PhitBytes;
  localparam int unsigned SlotWidth  = $clog2(Depth);
  localparam int unsigned CountWidth = $clog2(Depth + 1);
  localparam int unsigned OrderWidth = 7 + SlotWidth;
  localparam int unsigned Wait       = lpu_isa_pkg::C2cReceiveLatency - 1;

  // From the wire: phit by phit in at the top, so that byte 0 ends at the bottom.
  logic [7:0]                index_q;
  logic                      last, last_q;
  logic [Phits*PhitBits-1:0] frame_q;
  logic [VectorBits-1:0]     came_q;
  assign last = index_q == 8'(Phits - 1);

  logic                  done, failed;
  logic [1:0]            corrected;
  logic [VectorBits-1:0] error;
  lpu_fec_decode #(.VectorBytes(VectorBytes)) u_decode (
    .clk_i, .rst_ni, .valid_i(phit_valid_i), .index_i(index_q), .last_i(last),
    .data_i(phit_data_i), .done_o(done), .error_o(error), .corrected_o(corrected),
    .failed_o(failed)
  );

  logic arrives;
  if (Deskew) begin : g_deskew
    lpu_c2c_deskew #(.Depth(Depth)) u_deskew (
      .clk_i, .rst_ni, .hac_i, .came_i(done), .arrives_o(arrives)
    );
  end else begin : g_level
    assign arrives = done;
    logic unused_hac;
    assign unused_hac = ^hac_i;
  end

  // Slots of the buffer: filled, taken by a receive, and free when the last superlane has left.
  logic [SlotWidth-1:0]  fill_q, take_q;
  logic [CountWidth-1:0] arrived_q, used_q;
  logic                  leaves;

  function automatic logic [SlotWidth-1:0] next(input logic [SlotWidth-1:0] slot);
    next = slot == SlotWidth'(Depth - 1) ? '0 : slot + 1'b1;
  endfunction

  // {slot, stream, valid} of a receive, on its way for `Wait` cycles, then from superlane to
  // superlane.
  logic [Wait*OrderWidth-1:0]       order_q;
  logic [OrderWidth-1:0]            order;
  logic [Superlanes*OrderWidth-1:0] orders;
  assign order = order_q[Wait*OrderWidth-1 -: OrderWidth];
  lpu_climb #(.Width(OrderWidth), .Superlanes(Superlanes), .Climb(Climb)) u_climb (
    .clk_i, .rst_ni, .value_i(order), .value_o(orders)
  );
  assign leaves = orders[OrderWidth*(Superlanes-1)];

  logic [Superlanes-1:0] drive_valid_d;
  for (genvar r = 0; r < Superlanes; r++) begin : g_valid
    assign drive_valid_d[r] = orders[OrderWidth*r];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      index_q         <= '0;
      last_q          <= 1'b0;
      fill_q          <= '0;
      take_q          <= '0;
      arrived_q       <= '0;
      used_q          <= '0;
      order_q         <= '0;
      drive_valid_o   <= '0;
      fec_corrected_o <= '0;
      fec_flagged_o   <= '0;
    end else begin
      if (phit_valid_i) index_q <= last ? 8'd0 : index_q + 1'b1;
      last_q          <= phit_valid_i && last;
      if (done) fill_q <= next(fill_q);
      if (receive_i) take_q <= next(take_q);
      arrived_q       <= arrived_q + CountWidth'(arrives) - CountWidth'(receive_i);
      used_q          <= used_q + CountWidth'(done) - CountWidth'(leaves);
      order_q         <= (Wait*OrderWidth)'({order_q, take_q, stream_i, receive_i});
      drive_valid_o   <= drive_valid_d;
      fec_corrected_o <= fec_corrected_o + (done ? 32'(corrected) : 32'd0);
      fec_flagged_o   <= fec_flagged_o + 32'(done && failed);
    end
  end

  // The buffer and what works on it is one process. Its variables are of no use in a waveform.
  // verilator tracing_off
  logic [VectorBits-1:0] buffer_q [0:Depth-1];
  logic [Depth-1:0]      flags_q;
  int unsigned r;
  logic [SlotWidth-1:0] slot;
  logic [127:0] word;
  logic [Superlanes*6-1:0] stream;
  logic [Superlanes*128-1:0] data;
  logic [Superlanes*9-1:0] check;

  always_ff @(posedge clk_i) begin
    r = 0;
    flagged_o <= order[0] && flags_q[order[7 +: SlotWidth]];
    if (drive_valid_d != 0) begin
      stream = drive_stream_o;
      data = drive_data_o;
      check = drive_check_o;
      for (r = 0; r < Superlanes; r = r + 1) begin
        if (drive_valid_d[r]) begin
          slot = orders[OrderWidth*r + 7 +: SlotWidth];
          word = buffer_q[slot][128*r +: 128];
          stream[6*r +: 6] = orders[OrderWidth*r + 1 +: 6];
          data[128*r +: 128] = word;
          check[9*r +: 9] = lpu_secded_check(word);
        end
      end
      drive_stream_o <= stream;
      drive_data_o <= data;
      drive_check_o <= check;
    end
    if (phit_valid_i) frame_q <= {phit_data_i, frame_q[Phits*PhitBits-1:PhitBits]};
    if (last_q) came_q <= frame_q[VectorBits-1:0];
    if (done) begin
      buffer_q[fill_q] = came_q ^ error;
      flags_q[fill_q] <= failed;
    end
  end
  // verilator tracing_on

  `LPU_ASSERT(NothingArrived, !receive_i || arrived_q != 0)
  `LPU_ASSERT(BufferOverflows, !done || leaves || used_q != CountWidth'(Depth))
  `LPU_ASSERT(FrameWithoutGap, phit_valid_i || index_q == 0)
endmodule
