// SPDX-License-Identifier: Apache-2.0
/// Positions 0, 1 and 4 of a line of stream registers, all ports of one kind in one vector.
module lpu_stream_line #(
  parameter int unsigned Superlanes = 2,
  parameter int unsigned Drives     = 3
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic [3*Drives*Superlanes-1:0]     drive_valid_i,
  input  logic [3*Drives*Superlanes*6-1:0]   drive_stream_i,
  input  logic [3*Drives*Superlanes*128-1:0] drive_data_i,
  input  logic [3*Drives*Superlanes*9-1:0]   drive_check_i,
  output logic [3*64*Superlanes-1:0]         stream_valid_o,
  output logic [3*64*Superlanes*128-1:0]     stream_data_o,
  output logic [3*64*Superlanes*9-1:0]       stream_check_o
);

  // Streams of one direction, and where those of a position begin, eastward and westward.
  localparam int unsigned Half = 32 * Superlanes;
  localparam int unsigned East = 2 * Half;

  for (genvar x = 0; x < 3; x++) begin : g_position
    logic [Half-1:0]     west_valid, east_valid;
    logic [Half*128-1:0] west_data, east_data;
    logic [Half*9-1:0]   west_check, east_check;

    if (x == 0) begin : g_west_end
      assign west_valid = '0;
      assign west_data  = '0;
      assign west_check = '0;
    end else begin : g_west
      assign west_valid = stream_valid_o[East*(x-1) +: Half];
      assign west_data  = stream_data_o[East*(x-1)*128 +: Half*128];
      assign west_check = stream_check_o[East*(x-1)*9 +: Half*9];
    end
    if (x == 2) begin : g_east_end
      assign east_valid = '0;
      assign east_data  = '0;
      assign east_check = '0;
    end else begin : g_east
      assign east_valid = stream_valid_o[East*(x+1) + Half +: Half];
      assign east_data  = stream_data_o[(East*(x+1) + Half)*128 +: Half*128];
      assign east_check = stream_check_o[(East*(x+1) + Half)*9 +: Half*9];
    end

    lpu_stream_hop #(
      .Superlanes(Superlanes),
      .Drives    (Drives),
      .WestHops  (x == 2 ? 3 : 1),
      .EastHops  (x == 1 ? 3 : 1)
    ) u_hop (
      .clk_i,
      .rst_ni,
      .west_valid_i  (west_valid),
      .west_data_i   (west_data),
      .west_check_i  (west_check),
      .east_valid_i  (east_valid),
      .east_data_i   (east_data),
      .east_check_i  (east_check),
      .drive_valid_i (drive_valid_i[x*Drives*Superlanes +: Drives*Superlanes]),
      .drive_stream_i(drive_stream_i[x*Drives*Superlanes*6 +: Drives*Superlanes*6]),
      .drive_data_i  (drive_data_i[x*Drives*Superlanes*128 +: Drives*Superlanes*128]),
      .drive_check_i (drive_check_i[x*Drives*Superlanes*9 +: Drives*Superlanes*9]),
      .stream_valid_o(stream_valid_o[East*x +: East]),
      .stream_data_o (stream_data_o[East*x*128 +: East*128]),
      .stream_check_o(stream_check_o[East*x*9 +: East*9])
    );
  end
endmodule
