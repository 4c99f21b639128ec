// SPDX-License-Identifier: Apache-2.0
#include "source/call_window.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::int64_t bins_a_length = 250;

std::int64_t nanoseconds_of(Monotonic at) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

}  // namespace

CallWindow::CallWindow(std::chrono::nanoseconds length)
    : length_(length.count()), width_((length_ + bins_a_length - 1) / bins_a_length) {}

std::int64_t CallWindow::bin_of(Monotonic at) const { return nanoseconds_of(at) / width_; }

std::uint32_t& CallWindow::count(std::int64_t bin) {
  return counts_[static_cast<std::size_t>(bin) % bins];
}

std::uint32_t CallWindow::count(std::int64_t bin) const {
  return counts_[static_cast<std::size_t>(bin) % bins];
}

Monotonic CallWindow::end_of(std::int64_t bin) const {
  return Monotonic(std::chrono::nanoseconds((bin + 1) * width_ + length_));
}

void CallWindow::leave(Monotonic at, std::uint32_t calls) {
  const std::int64_t bin = bin_of(at);
  if (bin <= newest_ - std::int64_t{bins}) {
    return;  // it left so long ago that it counts no longer
  }
  if (bin > newest_) {
    const std::int64_t first = std::max(newest_ + 1, bin - std::int64_t{bins} + 1);
    for (std::int64_t passed = first; passed <= bin; ++passed) {
      count(passed) = 0;
    }
    newest_ = bin;
  }
  count(bin) += calls;
}

std::optional<Monotonic> CallWindow::free_at(Monotonic now, std::int64_t limit,
                                             std::int64_t under_way) const {
  const std::int64_t oldest = std::max({std::int64_t{0}, newest_ - std::int64_t{bins} + 1,
                                        (nanoseconds_of(now) - length_) / width_ - 1});
  std::int64_t counted = under_way;
  for (std::int64_t bin = oldest; bin <= newest_; ++bin) {
    counted += end_of(bin) > now ? count(bin) : 0;
  }
  if (counted < limit) {
    return now;
  }
  for (std::int64_t bin = oldest; bin <= newest_; ++bin) {
    counted -= end_of(bin) > now ? count(bin) : 0;
    if (counted < limit) {
      return end_of(bin);
    }
  }
  return std::nullopt;
}

}  // namespace weir
