// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/time_zone.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// How a time is spelled, in either of the two notations that strategies use: `yyyy-MM-dd HH:mm:ss`
// (also yy, M, d, H, hh, h, m, s, SSS) or `Y-m-d H:i:s` (also y, n, j, G, h, g, v). Other
// characters stand for themselves, in the first also `T`.
class TimePattern {
 public:
  // Errors: `invalid_config`, a letter that is in neither notation.
  static Result<TimePattern> compile(std::string_view text);
  std::string format(LocalTime time) const;

 private:
  struct Part {
    char code = '\0';  // of the second notation; 0: the literal counts
    std::string literal;
  };
  std::vector<Part> parts_;
};

}  // namespace weir
