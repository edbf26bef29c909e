// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// A plane's place at the streams, with the ports of every unit (docs/rtl.md): takes weights and
/// activations at the position where the MXM reads, drives results at the one where it drives.
/// Counterpart of tlm/chip/mxm_unit.h.
///
/// The plane works on whole vectors: operands are checked, then wait for the last superlane, and
/// the plane has that much less time for its result, which leaves superlane by superlane again.
/// An `acc` needs no operand and goes to the plane as it is; the type of what it collects comes
/// from its `abc`. That streams go outward and fp16 takes a pair of planes are rules of the chip.
module lpu_mxm_station #(
  parameter int unsigned Superlanes    = 20,
  /// 1: superlane r is r cycles behind. 0: all in the frame of superlane 0.
  parameter bit          Climb         = 1'b1,
  /// Cycles from `abc` to the result on the streams.
  parameter int unsigned ResultLatency = lpu_isa_pkg::MxmResultLatency
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  // The common ports. Queues: weights, activations, accumulate.
  input  logic [2:0]                   insn_valid_i,
  input  logic [3*128-1:0]             insn_i,
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

  localparam int unsigned Lanes     = 16 * Superlanes;
  localparam int unsigned Groups    = Superlanes;
  localparam int unsigned SlotWidth = $clog2(lpu_isa_pkg::MxmAccumulators);
  // From dispatch to a whole, checked vector at the plane.
  localparam int unsigned Wait      = 1 + (Climb ? Superlanes - 1 : 0);

  // The instructions in superlane 0's frame.
  logic [127:0] weights, activations, accumulate;
  logic         lw, iw, abc, acc, abc_fp16;

  assign {accumulate, activations, weights} = insn_i;
  assign lw  = insn_valid_i[0] && weights[7:0] == lpu_isa_pkg::OpLw;
  assign iw  = insn_valid_i[0] && weights[7:0] == lpu_isa_pkg::OpIw;
  assign abc = insn_valid_i[1];
  assign acc = insn_valid_i[2];
  assign abc_fp16 = activations[lpu_isa_pkg::TypeLsb +: 4] == lpu_isa_pkg::TypeF16;

  // What climbs: the operand stream, fp16, valid.
  logic [Superlanes*7-1:0] lw_climb;
  logic [Superlanes*8-1:0] abc_climb;

  lpu_climb #(.Width(7), .Superlanes(Superlanes), .Climb(Climb)) u_lw_climb (
    .clk_i, .rst_ni,
    .value_i({weights[lpu_isa_pkg::InLsb +: 6], lw}),
    .value_o(lw_climb)
  );
  lpu_climb #(.Width(8), .Superlanes(Superlanes), .Climb(Climb)) u_abc_climb (
    .clk_i, .rst_ni,
    .value_i({activations[lpu_isa_pkg::InLsb +: 6], abc_fp16, abc}),
    .value_o(abc_climb)
  );

  // Operands, superlane by superlane: 16 streams of weights, 2 of activations.
  logic [Superlanes*16*128-1:0] lw_taken, lw_aligned;
  logic [Superlanes*2*128-1:0]  abc_taken, abc_aligned;
  logic [Superlanes*5-1:0]      corrected;
  logic [Superlanes-1:0]        uncorrectable, undriven;

  for (genvar r = 0; r < Superlanes; r++) begin : g_superlane
    logic              lw_valid, abc_valid, fp16;
    logic [5:0]        lw_stream, abc_stream;
    logic [16*128-1:0] lw_q;
    logic [2*128-1:0]  abc_q;
    logic [4:0]        corrected_q;
    logic              uncorrectable_q, undriven_q;

    assign {lw_stream, lw_valid} = lw_climb[7*r +: 7];
    assign {abc_stream, fp16, abc_valid} = abc_climb[8*r +: 8];

    // Work of the process, of no use in a waveform.
    // verilator tracing_off
    int unsigned  k, from;
    logic [129:0] judged;
    logic [4:0]   count;
    logic         bad, empty;
    // verilator tracing_on

    always_ff @(posedge clk_i) begin
      k = 0;
      from = 0;
      judged = '0;
      count = 0;
      bad = 1'b0;
      empty = 1'b0;
      if (lw_valid) begin
        for (k = 0; k < 16; k = k + 1) begin
          from = Superlanes * (32'(lw_stream) | k) + r;
          judged = lpu_secded_judge(stream_data_i[128*from +: 128], stream_check_i[9*from +: 9]);
          lw_q[128*k +: 128] <= judged[127:0];
          count = count + 5'(judged[128]);
          bad = bad || judged[129];
          empty = empty || !stream_valid_i[from];
        end
      end
      if (abc_valid) begin
        for (k = 0; k < 2; k = k + 1) begin
          if (k == 0 || fp16) begin
            from = Superlanes * (32'(abc_stream) | k) + r;
            judged = lpu_secded_judge(stream_data_i[128*from +: 128], stream_check_i[9*from +: 9]);
            abc_q[128*k +: 128] <= judged[127:0];
            count = count + 5'(judged[128]);
            bad = bad || judged[129];
            empty = empty || !stream_valid_i[from];
          end
        end
      end
      corrected_q     <= count;
      uncorrectable_q <= bad;
      undriven_q      <= empty;
    end

    assign lw_taken[16*128*r +: 16*128] = lw_q;
    assign abc_taken[2*128*r +: 2*128]  = abc_q;
    assign corrected[5*r +: 5]          = corrected_q;
    assign uncorrectable[r]             = uncorrectable_q;
    assign undriven[r]                  = undriven_q;
  end

  always_comb begin
    corrected_o = '0;
    for (int unsigned r = 0; r < Superlanes; r++)
      corrected_o = corrected_o + 16'(corrected[5*r +: 5]);
  end
  assign uncorrectable_o = uncorrectable != 0;

  lpu_stagger #(.Width(16*128), .Superlanes(Superlanes), .Climb(Climb), .Align(1'b1)) u_lw_align (
    .clk_i, .rst_ni, .value_i(lw_taken), .value_o(lw_aligned)
  );
  lpu_stagger #(.Width(2*128), .Superlanes(Superlanes), .Climb(Climb), .Align(1'b1)) u_abc_align (
    .clk_i, .rst_ni, .value_i(abc_taken), .value_o(abc_aligned)
  );

  // The plane wants a stream after the other.
  logic [16*Lanes*8-1:0] lw_data;
  logic [2*Lanes*8-1:0]  abc_data;

  for (genvar r = 0; r < Superlanes; r++) begin : g_vector
    for (genvar k = 0; k < 16; k++) begin : g_lw
      assign lw_data[128*(Superlanes*k + r) +: 128] = lw_aligned[128*(16*r + k) +: 128];
    end
    for (genvar k = 0; k < 2; k++) begin : g_abc
      assign abc_data[128*(Superlanes*k + r) +: 128] = abc_aligned[128*(2*r + k) +: 128];
    end
  end

  // The instructions wait with their operands: lw, iw, abc, their fields; and for the acc that
  // collects it, whether an abc was fp16.
  localparam int unsigned ControlWidth = 10;
  logic [Wait*ControlWidth-1:0] control_q;
  logic [ResultLatency-2:0]     fp16_q;
  logic                         plane_lw, plane_iw, plane_abc, plane_fp16, plane_half;
  logic [4:0]                   plane_group;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      control_q <= '0;
      fp16_q    <= '0;
    end else begin
      control_q <= (Wait*ControlWidth)'({control_q, weights[lpu_isa_pkg::AddrLsb +: 5],
          activations[lpu_isa_pkg::HalfLsb], abc_fp16, lw, iw, abc});
      fp16_q    <= (ResultLatency-1)'({fp16_q, abc_fp16});
    end
  end
  assign {plane_group, plane_half, plane_fp16, plane_lw, plane_iw, plane_abc} =
      control_q[Wait*ControlWidth-1 -: ControlWidth];

  logic                result_valid;
  logic [32*Lanes-1:0] result;

  lpu_mxm_plane #(
    .Lanes         (Lanes),
    .ResultLatency (ResultLatency - Wait),
    .InstallLatency(lpu_isa_pkg::MxmInstallLatency),
    .Accumulators  (lpu_isa_pkg::MxmAccumulators)
  ) u_plane (
    .clk_i,
    .rst_ni,
    .lw_valid_i (plane_lw),
    .lw_group_i (plane_group),
    .lw_data_i  (lw_data),
    .iw_valid_i (plane_iw),
    .abc_valid_i(plane_abc),
    .abc_fp16_i (plane_fp16),
    .abc_half_i (plane_half),
    .abc_data_i (abc_data),
    .acc_valid_i(acc),
    .acc_fp32_i (fp16_q[ResultLatency-2]),
    .acc_add_i  (accumulate[lpu_isa_pkg::AddLsb]),
    .acc_slot_i (accumulate[lpu_isa_pkg::AddrLsb +: SlotWidth]),
    .acc_out_i  (accumulate[lpu_isa_pkg::OutLsb + 7]),
    .out_valid_o(result_valid),
    .out_data_o (result)
  );

  // A superlane of a result: four streams of bytes with their check bits, the first stream, valid.
  localparam int unsigned ResultWidth = 4*137 + 7;
  logic [5:0]                        out_stream_q;
  logic [Superlanes*ResultWidth-1:0] results, driven;
  logic [4*128-1:0]                  bytes;

  always_ff @(posedge clk_i) begin
    if (acc) out_stream_q <= accumulate[lpu_isa_pkg::OutLsb +: 6];
  end

  always_comb begin
    results = '0;
    bytes = '0;
    if (result_valid) begin
      for (int unsigned r = 0; r < Superlanes; r++) begin
        for (int unsigned l = 0; l < 16; l++) begin
          bytes[8*l +: 8]       = result[32*(16*r + l) +: 8];
          bytes[128 + 8*l +: 8] = result[32*(16*r + l) + 8 +: 8];
          bytes[256 + 8*l +: 8] = result[32*(16*r + l) + 16 +: 8];
          bytes[384 + 8*l +: 8] = result[32*(16*r + l) + 24 +: 8];
        end
        results[ResultWidth*r +: ResultWidth] = {
            lpu_secded_check(bytes[511:384]), lpu_secded_check(bytes[383:256]),
            lpu_secded_check(bytes[255:128]), lpu_secded_check(bytes[127:0]),
            bytes, out_stream_q, 1'b1};
      end
    end
  end

  lpu_stagger #(.Width(ResultWidth), .Superlanes(Superlanes), .Climb(Climb)) u_stagger (
    .clk_i, .rst_ni, .value_i(results), .value_o(driven)
  );

  for (genvar r = 0; r < Superlanes; r++) begin : g_drive
    for (genvar k = 0; k < 4; k++) begin : g_port
      assign drive_valid_o[Superlanes*k + r] = driven[ResultWidth*r];
      assign drive_stream_o[6*(Superlanes*k + r) +: 6] = driven[ResultWidth*r + 1 +: 6] | 6'(k);
      assign drive_data_o[128*(Superlanes*k + r) +: 128] =
          driven[ResultWidth*r + 7 + 128*k +: 128];
      assign drive_check_o[9*(Superlanes*k + r) +: 9] =
          driven[ResultWidth*r + 7 + 512 + 9*k +: 9];
    end
  end

  `LPU_ASSERT_INIT(ResultLatencyIsLongEnough, ResultLatency >= Wait + 3)

  `LPU_ASSERT(OperationOfItsQueue, (!insn_valid_i[0] || lw || iw)
      && (!abc || activations[7:0] == lpu_isa_pkg::OpAbc)
      && (!acc || accumulate[7:0] == lpu_isa_pkg::OpAcc))
  `LPU_ASSERT(TypeIsI8OrF16, (!lw || weights[lpu_isa_pkg::TypeLsb +: 4] == lpu_isa_pkg::TypeI8
          || weights[lpu_isa_pkg::TypeLsb +: 4] == lpu_isa_pkg::TypeF16)
      && (!abc || abc_fp16 || activations[lpu_isa_pkg::TypeLsb +: 4] == lpu_isa_pkg::TypeI8))
  `LPU_ASSERT(StreamsAreAligned, (!lw || weights[lpu_isa_pkg::InLsb +: 4] == 0)
      && (!abc || !abc_fp16 || !activations[lpu_isa_pkg::InLsb])
      && (!acc || accumulate[lpu_isa_pkg::OutLsb +: 2] == 0))
  `LPU_ASSERT(GroupExists, !lw || 32'(weights[lpu_isa_pkg::AddrLsb +: 16]) < Groups)
  `LPU_ASSERT(SlotExists, !acc
      || 32'(accumulate[lpu_isa_pkg::AddrLsb +: 16]) < lpu_isa_pkg::MxmAccumulators)
  // Of the cycle before.
  `LPU_ASSERT(OperandIsDriven, undriven == 0)
endmodule
