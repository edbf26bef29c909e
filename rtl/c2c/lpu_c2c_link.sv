// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// One end of a link: sends and receives vectors at the command of one queue. Ports and time are
/// those of every unit (docs/rtl.md), and the wire. Counterpart of tlm/c2c/link_port.h.
module lpu_c2c_link #(
  parameter int unsigned Superlanes = 20,
  parameter bit          Climb      = 1'b1,
  /// Vectors that may wait or be on their way to the stream.
  parameter int unsigned Depth      = 8,
  /// 1: vectors arrive when the hardware aligned counter says so.
  parameter bit          Deskew     = 1'b0,
  // Derived, do not override.
  parameter int unsigned PhitBits   = 8 * lpu_c2c_pkg::PhitBytes
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         insn_valid_i,
  input  logic [127:0]                 insn_i,
  input  logic [64*Superlanes-1:0]     stream_valid_i,
  input  logic [64*Superlanes*128-1:0] stream_data_i,
  input  logic [64*Superlanes*9-1:0]   stream_check_i,
  output logic [Superlanes-1:0]        drive_valid_o,
  output logic [Superlanes*6-1:0]      drive_stream_o,
  output logic [Superlanes*128-1:0]    drive_data_o,
  output logic [Superlanes*9-1:0]      drive_check_o,
  output logic [15:0]                  corrected_o,
  output logic                         uncorrectable_o,
  // The wire, both directions.
  output logic                         phit_valid_o,
  output logic [PhitBits-1:0]          phit_data_o,
  input  logic                         phit_valid_i,
  input  logic [PhitBits-1:0]          phit_data_i,
  input  logic [7:0]                   hac_i,
  // Superlane 0 of a vector that could not be corrected is driven.
  output logic                         flagged_o,
  // Since reset: symbols that were put right, frames that could not be.
  output logic [31:0]                  fec_corrected_o,
  output logic [31:0]                  fec_flagged_o
);

  logic send, receive;
  assign send    = insn_valid_i && insn_i[7:0] == lpu_isa_pkg::OpSend;
  assign receive = insn_valid_i && insn_i[7:0] == lpu_isa_pkg::OpReceive;

  lpu_c2c_tx #(.Superlanes(Superlanes), .Climb(Climb)) u_tx (
    .clk_i, .rst_ni, .send_i(send), .stream_i(insn_i[lpu_isa_pkg::InLsb +: 6]),
    .stream_valid_i, .stream_data_i, .stream_check_i,
    .phit_valid_o, .phit_data_o, .corrected_o, .uncorrectable_o
  );

  lpu_c2c_rx #(.Superlanes(Superlanes), .Climb(Climb), .Depth(Depth), .Deskew(Deskew)) u_rx (
    .clk_i, .rst_ni, .phit_valid_i, .phit_data_i, .hac_i,
    .receive_i(receive), .stream_i(insn_i[lpu_isa_pkg::OutLsb +: 6]),
    .drive_valid_o, .drive_stream_o, .drive_data_o, .drive_check_o,
    .flagged_o, .fec_corrected_o, .fec_flagged_o
  );

  `LPU_ASSERT(SendOrReceive, !insn_valid_i || send || receive)
endmodule
