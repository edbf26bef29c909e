// SPDX-License-Identifier: Apache-2.0
// SECDED (137,128) of docs/numbers.md, section 5, as plain functions, included inside the module
// that uses them. Counterpart of tlm/mem/secded.h.
//
// Think of the code word as positions 0 … 136: check bit j of 0 … 7 at position 2^j, check bit 8
// at 0, data bits in order at all others. A data bit's position is its column, so the syndrome of
// one wrong bit is where it stands.

// The data bits of a word of positions.
function automatic logic [127:0] lpu_secded_data(input logic [136:0] word);
  lpu_secded_data = {word[136:129], word[127:65], word[63:33], word[31:17], word[15:9], word[7:5],
      word[3]};
endfunction

// The data bits that check bit j covers: those whose position has bit j. Check bit 8 covers the
// other check bits, too, and so the data bits that an even number of those covers.
localparam logic [127:0] LpuSecdedMask0 = lpu_secded_data(137'({69{2'b10}}));
localparam logic [127:0] LpuSecdedMask1 = lpu_secded_data(137'({35{4'hc}}));
localparam logic [127:0] LpuSecdedMask2 = lpu_secded_data(137'({18{8'hf0}}));
localparam logic [127:0] LpuSecdedMask3 = lpu_secded_data(137'({9{16'hff00}}));
localparam logic [127:0] LpuSecdedMask4 = lpu_secded_data(137'({5{32'hffff0000}}));
localparam logic [127:0] LpuSecdedMask5 = lpu_secded_data(137'({3{64'hffffffff00000000}}));
localparam logic [127:0] LpuSecdedMask6 = lpu_secded_data({9'd0, {64{1'b1}}, 64'd0});
localparam logic [127:0] LpuSecdedMask7 = lpu_secded_data({9'h1ff, 128'd0});
localparam logic [127:0] LpuSecdedMask8 = ~(LpuSecdedMask0 ^ LpuSecdedMask1 ^ LpuSecdedMask2
    ^ LpuSecdedMask3 ^ LpuSecdedMask4 ^ LpuSecdedMask5 ^ LpuSecdedMask6 ^ LpuSecdedMask7);

// The check bits of a word.
function automatic logic [8:0] lpu_secded_check(input logic [127:0] data);
  lpu_secded_check = {^(data & LpuSecdedMask8), ^(data & LpuSecdedMask7),
      ^(data & LpuSecdedMask6), ^(data & LpuSecdedMask5), ^(data & LpuSecdedMask4),
      ^(data & LpuSecdedMask3), ^(data & LpuSecdedMask2), ^(data & LpuSecdedMask1),
      ^(data & LpuSecdedMask0)};
endfunction

// What came with its check bits: {two bits are wrong, one was put right, the data}. With the
// check bits that the data should have XORed in, an odd number of wrong bits has odd parity. Three
// wrong bits may point beyond the code word; there is nothing to put right then.
function automatic logic [129:0] lpu_secded_judge(input logic [127:0] data,
                                                  input logic [8:0] check);
  logic [8:0] wrong;

  wrong = lpu_secded_check(data) ^ check;
  lpu_secded_judge = {2'b00, data};
  if (wrong != 0) begin
    if (^wrong && wrong[7:0] <= 8'd136)
      lpu_secded_judge = {2'b01, data ^ lpu_secded_data(137'd1 << wrong[7:0])};
    else
      lpu_secded_judge = {2'b10, data};
  end
endfunction
