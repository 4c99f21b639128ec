// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace weir {

// Counts calls by the moment they left, so that no span of `length` sees more than a limit. Counted
// in bins of a 250th of the length, and a bin ends as late as its last call can: never over, and
// under by less than half a per cent. Plain bytes of a fixed size, so that it can lie in a file.
// Not thread-safe.
class CallWindow {
 public:
  explicit CallWindow(std::chrono::nanoseconds length);

  void leave(Monotonic at, std::uint32_t calls = 1);
  // When one more call may leave, beside `under_way` whose moment of leaving is not known yet; now
  // or earlier: at once; nothing: once one of those has left.
  std::optional<Monotonic> free_at(Monotonic now, std::int64_t limit, std::int64_t under_way) const;

 private:
  static constexpr std::size_t bins = 256;

  std::int64_t bin_of(Monotonic at) const;
  std::uint32_t& count(std::int64_t bin);
  std::uint32_t count(std::int64_t bin) const;
  // Where calls of the bin count no longer.
  Monotonic end_of(std::int64_t bin) const;

  std::int64_t length_ = 0;  // ns
  std::int64_t width_ = 0;   // ns, of a bin
  std::int64_t newest_ = 0;  // bins before newest_ - bins + 1 are forgotten
  std::array<std::uint32_t, bins> counts_{};
};

}  // namespace weir
