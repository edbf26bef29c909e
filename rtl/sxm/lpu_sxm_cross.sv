// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// Moves bytes across superlanes, by a map (`permute`) or by a distance (`shift`). Counterpart of
/// `permute` and `shift` in tlm/sxm/sxm_ops.h.
///
/// Operands wait in a ring of vectors. Each superlane writes its words and reads those of others
/// in its own time: the slot of an instruction is one and the same for all, so the ring is what
/// aligns the superlanes and staggers the result.
module lpu_sxm_cross #(
  parameter int unsigned Superlanes = 20,
  parameter bit          Climb      = 1'b1,
  /// 1: permute. 0: shift.
  parameter bit          ByMap      = 1'b0,
  /// At least 3: one cycle to take, one to move, between them the ring.
  parameter int unsigned Latency    = lpu_isa_pkg::SxmShiftLatency
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  // Each superlane's own, when its turn is.
  input  logic [Superlanes*32-1:0]     step_i,
  input  logic [64*Superlanes-1:0]     stream_valid_i,
  input  logic [64*Superlanes*128-1:0] stream_data_i,
  input  logic [64*Superlanes*9-1:0]   stream_check_i,
  output logic [4*Superlanes-1:0]      drive_valid_o,
  output logic [4*Superlanes*6-1:0]    drive_stream_o,
  output logic [4*Superlanes*128-1:0]  drive_data_o,
  output logic [4*Superlanes*9-1:0]    drive_check_o,
  output logic [15:0]                  corrected_o,
  output logic                         uncorrectable_o
);
`include "lpu_secded.svh"

  localparam int unsigned Lanes    = 16 * Superlanes;
  // Cycles that the last superlane is behind.
  localparam int unsigned Lag      = Climb ? Superlanes - 1 : 0;
  // From the first word of a vector to the last one that needs it.
  localparam int unsigned Depth    = Latency - 2 + Lag;
  localparam int unsigned PtrWidth = Depth > 1 ? $clog2(Depth) : 1;

  logic [Superlanes*32-1:0]    step_q;
  logic [PtrWidth-1:0]         ptr_q;
  logic [4*Depth-1:0]          pending_q;
  logic [4*Superlanes-1:0]     drive_valid_d;
  logic [4*Superlanes*128-1:0] operand;
  logic [2*Superlanes*128-1:0] map;
  logic [15:0]                 corrected_in, corrected_map;
  logic                        uncorrectable_in, uncorrectable_map;

  lpu_sxm_take #(.Superlanes(Superlanes)) u_take (
    .clk_i, .rst_ni, .step_i, .stream_valid_i, .stream_data_i, .stream_check_i,
    .data_o(operand), .corrected_o(corrected_in), .uncorrectable_o(uncorrectable_in)
  );

  if (ByMap) begin : g_map
    lpu_sxm_take #(
      .Superlanes(Superlanes), .Ports(2), .ByStep(1'b0), .StreamLsb(lpu_sxm_pkg::StepArgument)
    ) u_take_map (
      .clk_i, .rst_ni, .step_i, .stream_valid_i, .stream_data_i, .stream_check_i,
      .data_o(map), .corrected_o(corrected_map), .uncorrectable_o(uncorrectable_map)
    );
  end else begin : g_distance
    assign map = '0;
    assign corrected_map = '0;
    assign uncorrectable_map = 1'b0;
  end

  assign corrected_o     = corrected_in + corrected_map;
  assign uncorrectable_o = uncorrectable_in || uncorrectable_map;

  // The slot that each superlane writes in this cycle, and the one that it reads.
  logic [Superlanes*PtrWidth-1:0] slot_in, slot_out;
  logic [Superlanes-1:0]          due;
  for (genvar r = 0; r < Superlanes; r++) begin : g_slot
    logic [31:0] behind, ahead;
    assign behind = 32'(ptr_q) + (Climb && r != 0 ? Depth - r : 0);
    assign slot_in[PtrWidth*r +: PtrWidth] = PtrWidth'(behind >= Depth ? behind - Depth : behind);
    assign ahead = 32'(slot_in[PtrWidth*r +: PtrWidth]) + Lag;
    assign slot_out[PtrWidth*r +: PtrWidth] = PtrWidth'(ahead >= Depth ? ahead - Depth : ahead);

    logic [3:0] ports;
    assign ports = pending_q[4*slot_out[PtrWidth*r +: PtrWidth] +: 4];
    assign due[r] = ports[0];
    for (genvar k = 0; k < 4; k++) begin : g_port
      assign drive_valid_d[Superlanes*k + r] = ports[k];
    end
  end

  // Streams of a result that will be due: one slot, one step, so superlane 0's is every one's.
  logic [3:0] pending_d;
  for (genvar k = 0; k < 4; k++) begin : g_pending
    assign pending_d[k] = step_q[lpu_sxm_pkg::StepValid]
        && k < step_q[lpu_sxm_pkg::StepStreams +: 3];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q        <= '0;
      ptr_q         <= '0;
      pending_q     <= '0;
      drive_valid_o <= '0;
    end else begin
      step_q        <= step_i;
      ptr_q         <= ptr_q == PtrWidth'(Depth - 1) ? '0 : ptr_q + 1'b1;
      pending_q[4*ptr_q +: 4] <= pending_d;
      drive_valid_o <= drive_valid_d;
    end
  end

  // The ring and what works on it is one process: it reads what earlier cycles left, then writes.
  // Its variables are of no use in a waveform.
  // verilator tracing_off
  logic [127:0] ring_q [0:Depth*4*Superlanes-1];
  logic [127:0] ring_map_q [0:(ByMap ? Depth*2*Superlanes : 1)-1];
  logic [15:0]  ring_stride_q [0:Depth-1];
  logic [5:0]   ring_out_q [0:Depth-1];
  int unsigned r, k, q, lane, slot;
  logic [127:0] word, low, high;
  logic [255:0] maps;
  logic [15:0] source;
  logic [Superlanes*128-1:0] vector;
  logic [4*Superlanes*6-1:0] stream;
  logic [4*Superlanes*128-1:0] data;
  logic [4*Superlanes*9-1:0] check;

  always_ff @(posedge clk_i) begin
    r = 0;
    k = 0;
    q = 0;
    lane = 0;
    slot = 0;
    if (due != 0) begin
      stream = drive_stream_o;
      data = drive_data_o;
      check = drive_check_o;
      for (r = 0; r < Superlanes; r = r + 1) begin
        slot = 32'(slot_out[PtrWidth*r +: PtrWidth]);
        for (k = 0; k < 4; k = k + 1) begin
          if (drive_valid_d[Superlanes*k + r]) begin
            if (ByMap) begin
              for (q = 0; q < Superlanes; q = q + 1)
                vector[128*q +: 128] = ring_q[Superlanes * (4*slot + k) + q];
              maps = {ring_map_q[Superlanes * (2*slot + 1) + r],
                  ring_map_q[Superlanes * 2*slot + r]};
              for (lane = 0; lane < 16; lane = lane + 1) begin
                source = {maps[8*(16 + lane) +: 8], maps[8*lane +: 8]};
                word[8*lane +: 8] = 32'(source) < Lanes ? vector[8*source +: 8] : 8'd0;
              end
            end else begin
              // Lane 0 of this superlane takes lane `lane`; below zero is beyond the last word.
              lane = 16*r + 32'h8000 - ({16'd0, ring_stride_q[slot]} ^ 32'h8000);
              q = {{4{lane[31]}}, lane[31:4]};
              low = q < Superlanes ? ring_q[Superlanes * (4*slot + k) + q] : 128'd0;
              q = q + 1;
              high = q < Superlanes ? ring_q[Superlanes * (4*slot + k) + q] : 128'd0;
              word = 128'({high, low} >> {lane[3:0], 3'd0});
            end
            stream[6*(Superlanes*k + r) +: 6] = ring_out_q[slot] | 6'(k);
            data[128*(Superlanes*k + r) +: 128] = word;
            check[9*(Superlanes*k + r) +: 9] = lpu_secded_check(word);
          end
        end
      end
      drive_stream_o <= stream;
      drive_data_o <= data;
      drive_check_o <= check;
    end

    for (r = 0; r < Superlanes; r = r + 1) begin
      if (step_q[32*r + lpu_sxm_pkg::StepValid]) begin
        slot = 32'(slot_in[PtrWidth*r +: PtrWidth]);
        for (k = 0; k < 4; k = k + 1)
          ring_q[Superlanes * (4*slot + k) + r] = operand[128*(Superlanes*k + r) +: 128];
        if (ByMap) begin
          for (k = 0; k < 2; k = k + 1)
            ring_map_q[Superlanes * (2*slot + k) + r] = map[128*(Superlanes*k + r) +: 128];
        end
      end
    end
    if (pending_d[0]) begin
      ring_stride_q[ptr_q] = step_q[lpu_sxm_pkg::StepArgument +: 16];
      ring_out_q[ptr_q] = step_q[lpu_sxm_pkg::StepOut +: 6];
    end
  end
  // verilator tracing_on

  `LPU_ASSERT_INIT(LatencyIsLongEnough, Latency >= 3)
  // A permute may need the last superlane's words for the first one's result.
  `LPU_ASSERT_INIT(PermuteIsCausal, !ByMap || Lag <= Latency - 3)
  // A shift needs words of at most Latency - 3 superlanes above, or none at all.
  logic signed [15:0] stride;
  assign stride = step_i[lpu_sxm_pkg::StepArgument +: 16];
  `LPU_ASSERT(ShiftIsCausal, ByMap || !Climb || !step_i[lpu_sxm_pkg::StepValid]
      || 32'(stride) >= -16 * (Latency - 3) || 32'(stride) <= -16 * Superlanes)
endmodule
