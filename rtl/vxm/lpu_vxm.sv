// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// The vector unit: 16 ALUs in every lane, each with a queue of its own. An operand is a stream, an
/// immediate, the last result of the ALU itself, or the result of what an ALU dispatched exactly
/// OpLatency cycles before. Counterpart of tlm/chip/vxm_unit.h; the arithmetic is lpu_vxm_alus.
///
/// An instruction dispatched in cycle t takes streams in t and results of other ALUs in
/// t + InputLatency, and is worked out in its last cycle, so that its own last result is there even
/// if it is of the instruction just before. All operations take the same time.
module lpu_vxm #(
  parameter int unsigned Superlanes   = 20,
  /// 1: superlane r is r cycles behind. 0: all in the frame of superlane 0.
  parameter bit          Climb        = 1'b1,
  /// Fewer than the machine's only for tools that cannot take all of it: ALUs, and lanes of each
  /// superlane that have them, in fours; the other lanes give zero.
  parameter int unsigned Alus         = lpu_isa_pkg::Alus,
  parameter int unsigned Lanes        = lpu_isa_pkg::LanesPerSuperlane,
  /// Cycles from stream operands to those of other ALUs, and from there to the result; at least 1.
  parameter int unsigned InputLatency = lpu_isa_pkg::VxmInputLatency,
  parameter int unsigned OpLatency    = lpu_isa_pkg::VxmOpLatency
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  // The common ports of docs/rtl.md: queue a is ALU a, drive port 4 a + k is byte k of its result.
  input  logic [Alus-1:0]                        insn_valid_i,
  input  logic [Alus*128-1:0]                    insn_i,
  input  logic [64*Superlanes-1:0]               stream_valid_i,
  input  logic [64*Superlanes*128-1:0]           stream_data_i,
  input  logic [64*Superlanes*9-1:0]             stream_check_i,
  output logic [4*Alus*Superlanes-1:0]           drive_valid_o,
  output logic [4*Alus*Superlanes*6-1:0]         drive_stream_o,
  output logic [4*Alus*Superlanes*128-1:0]       drive_data_o,
  output logic [4*Alus*Superlanes*9-1:0]         drive_check_o,
  output logic [15:0]                            corrected_o,
  output logic                                   uncorrectable_o
);

  localparam int unsigned All          = Alus * Superlanes;
  localparam int unsigned Depth        = InputLatency + OpLatency;
  localparam int unsigned SlotWidth    = $clog2(Depth);
  // Without climbing one copy of the instructions serves all superlanes.
  localparam int unsigned Copies       = Climb ? Superlanes : 1;

  // Bit Alus * r + a: ALU a in superlane r. The instruction is the part r % Copies.
  logic [All-1:0]             dispatch;
  logic [Copies*Alus*128-1:0] insns;

  lpu_climb #(
    .Width     (Alus),
    .Superlanes(Superlanes),
    .Climb     (Climb)
  ) u_valid_climb (
    .clk_i,
    .rst_ni,
    .value_i(insn_valid_i),
    .value_o(dispatch)
  );
  lpu_climb #(
    .Width     (Alus * 128),
    .Superlanes(Copies),
    .Climb     (Climb)
  ) u_insn_climb (
    .clk_i,
    .rst_ni,
    .value_i(insn_i),
    .value_o(insns)
  );

  // Bits (n - 1) * All of valid_q and on are what was dispatched n cycles ago.
  logic [Depth*All-1:0] valid_q;
  logic [SlotWidth-1:0] slot_q;
  logic [4*All-1:0]     driven;
  logic [15:0]          corrected;
  logic                 uncorrectable;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      slot_q  <= '0;
    end else begin
      valid_q <= {valid_q[(Depth-1)*All-1:0], dispatch};
      slot_q  <= slot_q + 1'b1;
    end
  end

  lpu_vxm_alus #(
    .Superlanes  (Superlanes),
    .Alus        (Alus),
    .Lanes       (Lanes),
    .Copies      (Copies),
    .CaptureStage(InputLatency),
    .ExecuteStage(Depth - 1)
  ) u_alus (
    .clk_i,
    .slot_i         (slot_q),
    .dispatch_i     (dispatch),
    .capture_i      (valid_q[(InputLatency-1)*All +: All]),
    .execute_i      (valid_q[(Depth-2)*All +: All]),
    .insn_i         (insns),
    .stream_data_i,
    .stream_check_i,
    .driven_o       (driven),
    .drive_stream_o,
    .drive_data_o,
    .drive_check_o,
    .corrected_o    (corrected),
    .uncorrectable_o(uncorrectable)
  );

  assign drive_valid_o   = valid_q[(Depth-1)*All +: All] != 0 ? driven : '0;
  assign corrected_o     = valid_q[All-1:0] != 0 ? corrected : '0;
  assign uncorrectable_o = valid_q[All-1:0] != 0 && uncorrectable;

  // What the schedule promises of each instruction, and of the streams of each superlane.
  function automatic logic [31:0] bytes_of(input logic [3:0] kind);
    bytes_of = kind == lpu_isa_pkg::TypeI8 ? 32'd1
        : kind == lpu_isa_pkg::TypeI16 || kind == lpu_isa_pkg::TypeF16 ? 32'd2 : 32'd4;
  endfunction

  int unsigned     alu, r, o, k, at;
  logic [7:0]      op, source;
  logic [3:0]      from, to;
  logic            unary;
  logic [Alus-1:0] has_result_q;
  logic            unknown, missing, misaligned, unchained, no_last, undriven;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) has_result_q <= '0;
    else         has_result_q <= has_result_q | insn_valid_i;
  end

  always_comb begin
    alu = 0;
    r = 0;
    o = 0;
    k = 0;
    at = 0;
    op = 0;
    source = 0;
    from = 0;
    to = 0;
    unary = 0;
    unknown = 0;
    missing = 0;
    misaligned = 0;
    unchained = 0;
    no_last = 0;
    undriven = 0;
    if (dispatch != 0) begin
      for (r = 0; r < Superlanes; r = r + 1) begin
        for (alu = 0; alu < Alus; alu = alu + 1) begin
          if (dispatch[Alus * r + alu]) begin
            at = 128 * (Alus * (r % Copies) + alu);
            op = insns[at + lpu_isa_pkg::OpLsb +: 8];
            from = insns[at + lpu_isa_pkg::TypeLsb +: 4];
            to = op == lpu_isa_pkg::OpCast ? insns[at + lpu_isa_pkg::ToLsb +: 4] : from;
            source = insns[at + lpu_isa_pkg::OutLsb +: 8];
            unary = op == lpu_isa_pkg::OpMov || op >= lpu_isa_pkg::OpRelu;
            unknown = unknown || op < lpu_isa_pkg::OpMov || op > lpu_isa_pkg::OpCast
                || from > lpu_isa_pkg::TypeF32 || to > lpu_isa_pkg::TypeF32
                || (op >= lpu_isa_pkg::OpExp2 && op <= lpu_isa_pkg::OpTanh
                    && from < lpu_isa_pkg::TypeF16);
            misaligned = misaligned || (source[7] && (source[4:0] & 5'(bytes_of(to) - 1)) != 0);
            for (o = 0; o < 2; o = o + 1) begin
              source = insns[at + (o == 0 ? lpu_isa_pkg::ALsb : lpu_isa_pkg::BLsb) +: 8];
              missing = missing || ((source == 0) != (unary && o == 1));
              misaligned = misaligned || (source[7] && (source[4:0] & 5'(bytes_of(from) - 1)) != 0);
              unchained = unchained || (source[7:6] == 2'b01
                  && !valid_q[All * (OpLatency - 1) + Alus * r + 32'(source[3:0])]);
              no_last = no_last || (source == 8'h01 && !has_result_q[alu]);
              for (k = 0; k < 4; k = k + 1)
                undriven = undriven || (source[7] && k < bytes_of(from)
                    && !stream_valid_i[Superlanes * ({26'd0, source[5:0]} | k) + r]);
            end
          end
        end
      end
    end
  end

  // Operations take one time, so that what chains to an ALU need not know which it was.
  `LPU_ASSERT_INIT(SpecialsTakeAsLong, lpu_isa_pkg::VxmSpecialLatency == lpu_isa_pkg::VxmOpLatency)
  `LPU_ASSERT_INIT(LatenciesAreLongEnough, InputLatency >= 1 && OpLatency >= 1)

  `LPU_ASSERT(InsnOfVxm, !unknown)
  `LPU_ASSERT(OperandsGiven, !missing)
  `LPU_ASSERT(GroupsAligned, !misaligned)
  `LPU_ASSERT(ChainedInTime, !unchained)
  `LPU_ASSERT(LastResultThere, !no_last)
  `LPU_ASSERT(OperandsDriven, !undriven)
endmodule
