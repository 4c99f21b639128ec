// SPDX-License-Identifier: Apache-2.0
#include "alert/outbox.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr std::chrono::minutes rate_window{1};
constexpr std::chrono::seconds first_pause{5};
constexpr std::chrono::minutes longest_pause{10};

}  // namespace

void Outbox::add(Notice notice) {
  const auto earlier = std::find_if(waiting_.begin(), waiting_.end(), [&](const Notice& waiting) {
    return waiting.same_trouble(notice);
  });
  if (earlier == waiting_.end()) {
    waiting_.push_back(std::move(notice));
    return;
  }
  // The one that was never told counts among those that were not.
  notice.repeats += earlier->repeats + (notice.well ? 0 : 1);
  notice.since = std::min(notice.since, earlier->since);
  *earlier = std::move(notice);
}

std::optional<Monotonic> Outbox::due(Monotonic now) const {
  if (waiting_.empty()) {
    return std::nullopt;
  }
  Monotonic due = std::max(now, not_before_);
  if (per_minute_ > 0 && std::ssize(sent_at_) >= per_minute_) {
    due = std::max(due,
                   sent_at_[sent_at_.size() - static_cast<std::size_t>(per_minute_)] + rate_window);
  }
  return due;
}

std::vector<Notice> Outbox::next(std::size_t notices_max) const {
  const std::size_t count = std::min(notices_max, waiting_.size());
  return {waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count)};
}

void Outbox::told(const std::vector<Notice>& notices, Monotonic now) {
  for (const Notice& notice : notices) {
    std::erase(waiting_, notice);
  }
  failures_ = 0;
  not_before_ = now;
  sent_at_.push_back(now);
  while (sent_at_.front() + rate_window <= now) {
    sent_at_.pop_front();
  }
}

void Outbox::failed(const Error& error, Monotonic now) {
  const auto ladder = first_pause * (std::int64_t{1} << std::min(failures_, 10));
  const std::chrono::milliseconds pause =
      std::min<std::chrono::milliseconds>(ladder, longest_pause);
  not_before_ = now + std::max(pause, error.retry_after.value_or(std::chrono::milliseconds(0)));
  ++failures_;
  sent_at_.push_back(now);
  while (sent_at_.front() + rate_window <= now) {
    sent_at_.pop_front();
  }
}

}  // namespace weir
