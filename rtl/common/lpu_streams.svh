// SPDX-License-Identifier: Apache-2.0
// Groups of streams, as plain functions, included inside the module that uses them.

// Streams that a value of a type takes: its bytes.
function automatic logic [2:0] lpu_streams_of(input logic [3:0] element);
  unique case (element)
    lpu_isa_pkg::TypeI8:                       lpu_streams_of = 3'd1;
    lpu_isa_pkg::TypeI16, lpu_isa_pkg::TypeF16: lpu_streams_of = 3'd2;
    default:                                   lpu_streams_of = 3'd4;
  endcase
endfunction
