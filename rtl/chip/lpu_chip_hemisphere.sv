// SPDX-License-Identifier: Apache-2.0
`include "lpu_assert.svh"

/// The units on one side of the VXM at their places on the line of stream registers: MEM slices,
/// SXM and C2C, the two MXM planes. Counterpart of isa::Geometry, which has the picture.
///
/// Positions are numbered from the VXM outwards: those of the slices, then SXM and C2C, then where
/// the MXM drives, then where it reads. Streams go outward into position 0 and come inward out of
/// it.
module lpu_chip_hemisphere #(
  /// 1: outward is westward.
  parameter bit          West         = 1'b0,
  parameter int unsigned Superlanes   = 20,
  parameter int unsigned MemSlices    = 44,
  parameter int unsigned MemRows      = 8192,
  parameter int unsigned SlicesPerHop = lpu_isa_pkg::MemSlicesPerHop,
  parameter int unsigned VxmThrough   = lpu_isa_pkg::VxmThrough,
  parameter int unsigned MemToSxm     = lpu_isa_pkg::MemToSxm,
  parameter int unsigned SxmToMxm     = lpu_isa_pkg::SxmToMxm,
  parameter int unsigned MxmToSxm     = lpu_isa_pkg::MxmToSxm,
  // Derived, do not override.
  parameter int unsigned Links        = 8,
  parameter int unsigned PhitBits     = 8 * lpu_c2c_pkg::PhitBytes
) (
  input  logic                                clk_i,
  input  logic                                rst_ni,
  // Instructions, in the order of the queues.
  input  logic [MemSlices-1:0]                mem_valid_i,
  input  logic [MemSlices*128-1:0]            mem_insn_i,
  input  logic [5:0]                          mxm_valid_i,
  input  logic [6*128-1:0]                    mxm_insn_i,
  input  logic [5:0]                          sxm_valid_i,
  input  logic [6*128-1:0]                    sxm_insn_i,
  input  logic [Links-1:0]                    c2c_valid_i,
  input  logic [Links*128-1:0]                c2c_insn_i,
  // Streams from and to the VXM.
  input  logic [32*Superlanes-1:0]            outward_valid_i,
  input  logic [32*Superlanes*128-1:0]        outward_data_i,
  input  logic [32*Superlanes*9-1:0]          outward_check_i,
  output logic [32*Superlanes-1:0]            inward_valid_o,
  output logic [32*Superlanes*128-1:0]        inward_data_o,
  output logic [32*Superlanes*9-1:0]          inward_check_o,
  // Text of programs.
  input  logic [MemSlices-1:0]                text_valid_i,
  input  logic [MemSlices*16-1:0]             text_row_i,
  output logic [MemSlices*Superlanes-1:0]     text_valid_o,
  output logic [MemSlices*Superlanes*128-1:0] text_data_o,
  // Host: a row of one slice. What it reads is there in the next cycle.
  input  logic [MemSlices-1:0]                host_valid_i,
  input  logic                                host_write_i,
  input  logic [15:0]                         host_row_i,
  input  logic [Superlanes*128-1:0]           host_data_i,
  input  logic [Superlanes*9-1:0]             host_check_i,
  output logic [MemSlices*Superlanes*128-1:0] host_data_o,
  output logic [MemSlices*Superlanes*9-1:0]   host_check_o,
  // The wires of the links.
  output logic [Links-1:0]                    phit_valid_o,
  output logic [Links*PhitBits-1:0]           phit_data_o,
  input  logic [Links-1:0]                    phit_valid_i,
  input  logic [Links*PhitBits-1:0]           phit_data_i,
  // Superlane 0 of a vector that could not be corrected is driven.
  output logic [Links-1:0]                    flagged_o,
  // Since the reset: symbols put right, frames that could not be.
  output logic [31:0]                         fec_corrected_o,
  output logic [31:0]                         fec_flagged_o,
  // SECDED of the operands of the cycle before.
  output logic [15:0]                         corrected_o,
  output logic                                uncorrectable_o
);

  localparam int unsigned MemPositions = (MemSlices + SlicesPerHop - 1) / SlicesPerHop;
  localparam int unsigned Sxm          = MemPositions;
  localparam int unsigned MxmOut       = MemPositions + 1;
  localparam int unsigned MxmIn        = MemPositions + 2;
  localparam int unsigned Positions    = MemPositions + 3;
  // SXM, then the links.
  localparam int unsigned SxmDrives    = 48 + Links;
  localparam int unsigned FirstLink    = 48 * Superlanes;
  localparam int unsigned MxmDrives    = 8;

  // First word of the streams that go outward, and inward.
  localparam int unsigned Outward = West ? 32 * Superlanes : 0;
  localparam int unsigned Inward  = West ? 0 : 32 * Superlanes;

  // What the units drive, by position.
  logic [MemSlices*Superlanes-1:0]     mem_drive_valid;
  logic [MemSlices*Superlanes*6-1:0]   mem_drive_stream;
  logic [MemSlices*Superlanes*128-1:0] mem_drive_data;
  logic [MemSlices*Superlanes*9-1:0]   mem_drive_check;
  logic [SxmDrives*Superlanes-1:0]     sxm_drive_valid;
  logic [SxmDrives*Superlanes*6-1:0]   sxm_drive_stream;
  logic [SxmDrives*Superlanes*128-1:0] sxm_drive_data;
  logic [SxmDrives*Superlanes*9-1:0]   sxm_drive_check;
  logic [MxmDrives*Superlanes-1:0]     mxm_drive_valid;
  logic [MxmDrives*Superlanes*6-1:0]   mxm_drive_stream;
  logic [MxmDrives*Superlanes*128-1:0] mxm_drive_data;
  logic [MxmDrives*Superlanes*9-1:0]   mxm_drive_check;

  for (genvar p = 0; p < Positions; p++) begin : g_position
    localparam int unsigned FromInner = p == 0 ? VxmThrough / 2 + 1 : p < Sxm ? 1
        : p == Sxm ? MemToSxm : p == MxmOut ? MxmToSxm : SxmToMxm - MxmToSxm;
    localparam int unsigned FromOuter = p + 1 < Sxm ? 1
        : p + 1 == Sxm ? MemToSxm : p == Sxm ? MxmToSxm : SxmToMxm - MxmToSxm;
    localparam int unsigned FirstSlice = p * SlicesPerHop;
    localparam int unsigned Slices = p >= Sxm ? 0
        : MemSlices - FirstSlice < SlicesPerHop ? MemSlices - FirstSlice : SlicesPerHop;
    localparam int unsigned Drives = p < Sxm ? Slices
        : p == Sxm ? SxmDrives : p == MxmOut ? MxmDrives : 1;

    logic [64*Superlanes-1:0]         valid;
    logic [64*Superlanes*128-1:0]     data;
    logic [64*Superlanes*9-1:0]       check;
    logic [32*Superlanes-1:0]         inner_valid, outer_valid;
    logic [32*Superlanes*128-1:0]     inner_data, outer_data;
    logic [32*Superlanes*9-1:0]       inner_check, outer_check;
    logic [Drives*Superlanes-1:0]     drive_valid;
    logic [Drives*Superlanes*6-1:0]   drive_stream;
    logic [Drives*Superlanes*128-1:0] drive_data;
    logic [Drives*Superlanes*9-1:0]   drive_check;

    if (p == 0) begin : g_innermost
      assign {inner_valid, inner_data, inner_check} =
          {outward_valid_i, outward_data_i, outward_check_i};
    end else begin : g_outward
      assign inner_valid = g_position[p-1].valid[Outward +: 32*Superlanes];
      assign inner_data  = g_position[p-1].data[128*Outward +: 128*32*Superlanes];
      assign inner_check = g_position[p-1].check[9*Outward +: 9*32*Superlanes];
    end
    if (p == Positions - 1) begin : g_outermost
      assign {outer_valid, outer_data, outer_check} = '0;
    end else begin : g_inward
      assign outer_valid = g_position[p+1].valid[Inward +: 32*Superlanes];
      assign outer_data  = g_position[p+1].data[128*Inward +: 128*32*Superlanes];
      assign outer_check = g_position[p+1].check[9*Inward +: 9*32*Superlanes];
    end

    if (p < Sxm) begin : g_mem
      assign drive_valid  = mem_drive_valid[FirstSlice*Superlanes +: Drives*Superlanes];
      assign drive_stream = mem_drive_stream[6*FirstSlice*Superlanes +: 6*Drives*Superlanes];
      assign drive_data   = mem_drive_data[128*FirstSlice*Superlanes +: 128*Drives*Superlanes];
      assign drive_check  = mem_drive_check[9*FirstSlice*Superlanes +: 9*Drives*Superlanes];
    end else if (p == Sxm) begin : g_sxm
      assign drive_valid  = sxm_drive_valid;
      assign drive_stream = sxm_drive_stream;
      assign drive_data   = sxm_drive_data;
      assign drive_check  = sxm_drive_check;
    end else if (p == MxmOut) begin : g_mxm
      assign drive_valid  = mxm_drive_valid;
      assign drive_stream = mxm_drive_stream;
      assign drive_data   = mxm_drive_data;
      assign drive_check  = mxm_drive_check;
    end else begin : g_nobody
      assign {drive_valid, drive_stream, drive_data, drive_check} = '0;
    end

    lpu_stream_hop #(
      .Superlanes(Superlanes),
      .Drives    (Drives),
      .WestHops  (West ? FromOuter : FromInner),
      .EastHops  (West ? FromInner : FromOuter)
    ) u_hop (
      .clk_i,
      .rst_ni,
      .west_valid_i  (West ? outer_valid : inner_valid),
      .west_data_i   (West ? outer_data : inner_data),
      .west_check_i  (West ? outer_check : inner_check),
      .east_valid_i  (West ? inner_valid : outer_valid),
      .east_data_i   (West ? inner_data : outer_data),
      .east_check_i  (West ? inner_check : outer_check),
      .drive_valid_i (drive_valid),
      .drive_stream_i(drive_stream),
      .drive_data_i  (drive_data),
      .drive_check_i (drive_check),
      .stream_valid_o(valid),
      .stream_data_o (data),
      .stream_check_o(check)
    );
  end

  assign inward_valid_o = g_position[0].valid[Inward +: 32*Superlanes];
  assign inward_data_o  = g_position[0].data[128*Inward +: 128*32*Superlanes];
  assign inward_check_o = g_position[0].check[9*Inward +: 9*32*Superlanes];

  // Of each unit.
  localparam int unsigned Units = MemSlices + 3 + Links;
  logic [16*Units-1:0] corrected;
  logic [Units-1:0]    uncorrectable;
  logic [32*Links-1:0] fec_corrected, fec_flagged;

  for (genvar s = 0; s < MemSlices; s++) begin : g_slice
    lpu_mem_slice #(
      .Superlanes(Superlanes),
      .Rows      (MemRows)
    ) u_slice (
      .clk_i,
      .rst_ni,
      .insn_valid_i   (mem_valid_i[s]),
      .insn_i         (mem_insn_i[128*s +: 128]),
      .stream_valid_i (g_position[s/SlicesPerHop].valid),
      .stream_data_i  (g_position[s/SlicesPerHop].data),
      .stream_check_i (g_position[s/SlicesPerHop].check),
      .drive_valid_o  (mem_drive_valid[Superlanes*s +: Superlanes]),
      .drive_stream_o (mem_drive_stream[6*Superlanes*s +: 6*Superlanes]),
      .drive_data_o   (mem_drive_data[128*Superlanes*s +: 128*Superlanes]),
      .drive_check_o  (mem_drive_check[9*Superlanes*s +: 9*Superlanes]),
      .corrected_o    (corrected[16*s +: 16]),
      .uncorrectable_o(uncorrectable[s]),
      .host_valid_i   (host_valid_i[s]),
      .host_write_i,
      .host_row_i,
      .host_data_i,
      .host_check_i,
      .host_data_o    (host_data_o[128*Superlanes*s +: 128*Superlanes]),
      .host_check_o   (host_check_o[9*Superlanes*s +: 9*Superlanes]),
      .text_valid_i   (text_valid_i[s]),
      .text_row_i     (text_row_i[16*s +: 16]),
      .text_valid_o   (text_valid_o[Superlanes*s +: Superlanes]),
      .text_data_o    (text_data_o[128*Superlanes*s +: 128*Superlanes])
    );
  end

  lpu_sxm #(
    .Superlanes(Superlanes)
  ) u_sxm (
    .clk_i,
    .rst_ni,
    .insn_valid_i   (sxm_valid_i),
    .insn_i         (sxm_insn_i),
    .stream_valid_i (g_position[Sxm].valid),
    .stream_data_i  (g_position[Sxm].data),
    .stream_check_i (g_position[Sxm].check),
    .drive_valid_o  (sxm_drive_valid[0 +: FirstLink]),
    .drive_stream_o (sxm_drive_stream[0 +: 6*FirstLink]),
    .drive_data_o   (sxm_drive_data[0 +: 128*FirstLink]),
    .drive_check_o  (sxm_drive_check[0 +: 9*FirstLink]),
    .corrected_o    (corrected[16*MemSlices +: 16]),
    .uncorrectable_o(uncorrectable[MemSlices])
  );

  for (genvar l = 0; l < Links; l++) begin : g_link
    lpu_c2c_link #(
      .Superlanes(Superlanes)
    ) u_link (
      .clk_i,
      .rst_ni,
      .insn_valid_i   (c2c_valid_i[l]),
      .insn_i         (c2c_insn_i[128*l +: 128]),
      .stream_valid_i (g_position[Sxm].valid),
      .stream_data_i  (g_position[Sxm].data),
      .stream_check_i (g_position[Sxm].check),
      .drive_valid_o  (sxm_drive_valid[FirstLink + Superlanes*l +: Superlanes]),
      .drive_stream_o (sxm_drive_stream[6*(FirstLink + Superlanes*l) +: 6*Superlanes]),
      .drive_data_o   (sxm_drive_data[128*(FirstLink + Superlanes*l) +: 128*Superlanes]),
      .drive_check_o  (sxm_drive_check[9*(FirstLink + Superlanes*l) +: 9*Superlanes]),
      .corrected_o    (corrected[16*(MemSlices+3+l) +: 16]),
      .uncorrectable_o(uncorrectable[MemSlices+3+l]),
      .phit_valid_o   (phit_valid_o[l]),
      .phit_data_o    (phit_data_o[PhitBits*l +: PhitBits]),
      .phit_valid_i   (phit_valid_i[l]),
      .phit_data_i    (phit_data_i[PhitBits*l +: PhitBits]),
      // All chips of a machine share one clock here, so nothing needs to be deskewed.
      .hac_i          (8'd0),
      .flagged_o      (flagged_o[l]),
      .fec_corrected_o(fec_corrected[32*l +: 32]),
      .fec_flagged_o  (fec_flagged[32*l +: 32])
    );
  end

  for (genvar m = 0; m < 2; m++) begin : g_plane
    lpu_mxm_station #(
      .Superlanes(Superlanes)
    ) u_station (
      .clk_i,
      .rst_ni,
      .insn_valid_i   (mxm_valid_i[3*m +: 3]),
      .insn_i         (mxm_insn_i[3*128*m +: 3*128]),
      .stream_valid_i (g_position[MxmIn].valid),
      .stream_data_i  (g_position[MxmIn].data),
      .stream_check_i (g_position[MxmIn].check),
      .drive_valid_o  (mxm_drive_valid[4*Superlanes*m +: 4*Superlanes]),
      .drive_stream_o (mxm_drive_stream[4*6*Superlanes*m +: 4*6*Superlanes]),
      .drive_data_o   (mxm_drive_data[4*128*Superlanes*m +: 4*128*Superlanes]),
      .drive_check_o  (mxm_drive_check[4*9*Superlanes*m +: 4*9*Superlanes]),
      .corrected_o    (corrected[16*(MemSlices+1+m) +: 16]),
      .uncorrectable_o(uncorrectable[MemSlices+1+m])
    );
  end

  always_comb begin
    corrected_o = '0;
    for (int unsigned u = 0; u < Units; u++) corrected_o = corrected_o + corrected[16*u +: 16];
    fec_corrected_o = '0;
    fec_flagged_o   = '0;
    for (int unsigned l = 0; l < Links; l++) begin
      fec_corrected_o = fec_corrected_o + fec_corrected[32*l +: 32];
      fec_flagged_o   = fec_flagged_o + fec_flagged[32*l +: 32];
    end
  end
  assign uncorrectable_o = uncorrectable != 0;

  lpu_chip_mxm_rules #(
    .West(West)
  ) u_mxm_rules (
    .clk_i,
    .rst_ni,
    .insn_valid_i(mxm_valid_i),
    .insn_i      (mxm_insn_i)
  );

  `LPU_ASSERT_INIT(MxmDrivesBeforeItReads, MxmToSxm >= 1 && MxmToSxm < SxmToMxm)
endmodule
