// SPDX-License-Identifier: Apache-2.0

/// A step is what an instruction of the SXM asks of one superlane, decoded once and handed from
/// superlane to superlane.
package lpu_sxm_pkg;
  parameter int unsigned StepWidth    = 32;
  parameter int unsigned StepValid    = 0;
  /// First streams of operand and result, 32 * direction + index.
  parameter int unsigned StepIn       = 1;
  parameter int unsigned StepOut      = 7;
  /// Streams of the operand and of the result: 1, 2 or 4. Transposes always have 16.
  parameter int unsigned StepStreams  = 13;
  /// Lanes to move by, or the first stream of the map.
  parameter int unsigned StepArgument = 16;
endpackage
