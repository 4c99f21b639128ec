// SPDX-License-Identifier: Apache-2.0
#include "sink/patience.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr std::chrono::milliseconds first_wait{100};
constexpr std::chrono::milliseconds longest_wait{10'000};

}  // namespace

Result<void> Patience::wait_out(const Error& error, std::stop_token stop) {
  if (!is_transient(error.kind)) {
    return tl::unexpected(error);
  }
  if (stop.stop_requested()) {
    return fail(ErrorKind::cancelled, "stopped while waiting: " + error.message);
  }
  const Monotonic now = clock_.monotonic();
  const std::uint64_t progress = progress_.load();
  if (!troubled_ || progress != seen_) {
    troubled_ = true;
    since_ = now;
    seen_ = progress;
    next_ = first_wait;
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(since_ + Monotonic::duration(patience_) - now);
  if (left <= std::chrono::milliseconds(0)) {
    return tl::unexpected(error);
  }
  std::uniform_int_distribution<std::int64_t> jitter(next_.count() / 2, next_.count());
  std::chrono::milliseconds wait(jitter(random_));
  wait = std::min(std::max(wait, error.retry_after.value_or(wait)), left);
  next_ = std::min(next_ * 2, longest_wait);
  if (!clock_.sleep_for(wait, stop)) {
    return fail(ErrorKind::cancelled, "stopped while waiting: " + error.message);
  }
  return {};
}

}  // namespace weir
