// SPDX-License-Identifier: Apache-2.0

/// The cycle in which a program ends: the last effect of any instruction, in the last superlane.
/// Counterpart of tlm::ChipCore::end_cycle.
module lpu_chip_end #(
  parameter int unsigned Superlanes = 20,
  parameter int unsigned Queues     = 144
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  load_i,
  // Cycle 0 is the next one.
  input  logic                  start_i,
  input  logic [Queues-1:0]     insn_valid_i,
  input  logic [Queues*128-1:0] insn_i,
  input  logic [Queues-1:0]     queue_done_i,
  // Cycle of the program; after its last dispatch, the one in which it ends.
  output logic [63:0]           cycle_o,
  output logic [63:0]           end_o,
  output logic                  done_o
);

  // Cycles from dispatch to the result.
  function automatic logic [7:0] latency_of(input logic [7:0] op);
    unique case (op)
      lpu_isa_pkg::OpRead, lpu_isa_pkg::OpGather:
        latency_of = 8'(lpu_isa_pkg::MemReadLatency);
      lpu_isa_pkg::OpWrite, lpu_isa_pkg::OpScatter:
        latency_of = 8'(lpu_isa_pkg::MemWriteLatency);
      lpu_isa_pkg::OpExp2, lpu_isa_pkg::OpRsqrt, lpu_isa_pkg::OpTanh:
        latency_of = 8'(lpu_isa_pkg::VxmInputLatency + lpu_isa_pkg::VxmSpecialLatency);
      lpu_isa_pkg::OpLw, lpu_isa_pkg::OpAcc:
        latency_of = 8'd1;
      lpu_isa_pkg::OpIw:
        latency_of = 8'(lpu_isa_pkg::MxmInstallLatency);
      lpu_isa_pkg::OpAbc:
        latency_of = 8'(lpu_isa_pkg::MxmResultLatency - 1);
      lpu_isa_pkg::OpShift:
        latency_of = 8'(lpu_isa_pkg::SxmShiftLatency);
      lpu_isa_pkg::OpPermute:
        latency_of = 8'(lpu_isa_pkg::SxmPermuteLatency);
      lpu_isa_pkg::OpDistribute:
        latency_of = 8'(lpu_isa_pkg::SxmDistributeLatency);
      lpu_isa_pkg::OpRotate:
        latency_of = 8'(lpu_isa_pkg::SxmRotateLatency);
      lpu_isa_pkg::OpTranspose:
        latency_of = 8'(lpu_isa_pkg::SxmTransposeLatency);
      lpu_isa_pkg::OpSend:
        latency_of = 8'(lpu_isa_pkg::C2cSendLatency);
      lpu_isa_pkg::OpReceive:
        latency_of = 8'(lpu_isa_pkg::C2cReceiveLatency);
      default:
        latency_of = 8'(lpu_isa_pkg::VxmInputLatency + lpu_isa_pkg::VxmOpLatency);
    endcase
  endfunction

  logic        running_q;
  logic [63:0] cycle_q, end_q, effect;
  logic [7:0]  latency, longest;
  int unsigned q;

  always_comb begin
    q       = 0;
    latency = '0;
    longest = '0;
    if (insn_valid_i != 0) begin
      for (q = 0; q < Queues; q = q + 1) begin
        if (insn_valid_i[q]) begin
          latency = latency_of(insn_i[128*q + lpu_isa_pkg::OpLsb +: 8]);
          if (latency > longest) longest = latency;
        end
      end
    end
    effect = cycle_q + 64'(longest) + 64'(Superlanes);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      running_q <= 1'b0;
      cycle_q   <= '0;
      end_q     <= '0;
    end else if (load_i || start_i) begin
      running_q <= start_i;
      cycle_q   <= '0;
      end_q     <= '0;
    end else begin
      cycle_q <= cycle_q + 64'(running_q);
      if (insn_valid_i != 0 && effect > end_q) end_q <= effect;
    end
  end

  assign cycle_o = cycle_q;
  assign end_o   = end_q;
  assign done_o  = running_q && queue_done_i == '1 && cycle_q >= end_q;
endmodule
