// SPDX-License-Identifier: Apache-2.0
#include "source/page_fetcher.h"

#include "core/thread_name.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace weir {
namespace {

constexpr std::int64_t pages_ahead = 6;
constexpr std::size_t bytes_ahead = std::size_t{8} << 20;

std::size_t bytes_of(const Result<SourcePage>& page) { return page ? page->page.bytes.size() : 0; }

}  // namespace

int calls_side_by_side(const SourceTraits& traits) {
  constexpr int calls_max = 6;
  return std::clamp(static_cast<int>(std::ceil(traits.calls_per_second)), 1, calls_max);
}

PageFetcher::PageFetcher(PatientReader& reader, int threads, std::stop_token stop,
                         PageCompleter* completer, std::chrono::milliseconds drain_limit)
    : reader_(reader), stop_(std::move(stop)), completer_(completer), drain_limit_(drain_limit) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

PageFetcher::~PageFetcher() {
  {
    std::unique_lock lock(mutex_);
    closing_ = true;
    give_up(lock);
  }
  wanted_.notify_all();
}

bool PageFetcher::may_start() const {
  return start_ <= last_ && !stop_.stop_requested() &&
         (start_ == deliver_ || (start_ < deliver_ + pages_ahead && bytes_ < bytes_ahead));
}

Result<SourcePage> PageFetcher::fetch(PageRequest request, const std::stop_token& cut) {
  return completer_ != nullptr ? completer_->read(request, stop_, cut)
                               : reader_.read(std::move(request), stop_, cut);
}

void PageFetcher::work() {
  name_thread("weir-fetch");
  std::unique_lock lock(mutex_);
  while (true) {
    wanted_.wait(lock, [this] { return closing_ || may_start(); });
    if (closing_) {
      return;
    }
    PageRequest request = range_;
    request.number = start_++;
    ++in_flight_;
    if (may_start()) {
      wanted_.notify_one();
    }
    lock.unlock();
    auto page = fetch(request, cut_.get_token());
    lock.lock();
    --in_flight_;
    if (!page) {
      last_ = std::min(last_, request.number);  // what lies behind an error cannot be used
    }
    bytes_ += bytes_of(page);
    fetched_.emplace(request.number, std::move(page));
    arrived_.notify_one();
  }
}

// Ends what is under way of the range before.
void PageFetcher::give_up(std::unique_lock<std::mutex>& lock) {
  last_ = 0;
  const auto idle = [this] { return in_flight_ == 0; };
  if (in_flight_ > 0) {
    if (!arrived_.wait_for(lock, stop_.stop_requested() ? drain_limit_ : std::chrono::seconds(2),
                           idle)) {
      cut_.request_stop();
      arrived_.wait(lock, idle);
      cut_ = std::stop_source();
    }
  }
  fetched_.clear();
  bytes_ = 0;
}

void PageFetcher::begin(const Window& window, std::int64_t first, std::int64_t last) {
  PageRequest request;
  request.window = window;
  request.number = first;
  begin(std::move(request), last);
}

void PageFetcher::begin(PageRequest first, std::int64_t last) {
  {
    std::unique_lock lock(mutex_);
    give_up(lock);
    range_ = std::move(first);
    start_ = range_.number;
    deliver_ = range_.number;
    last_ = last;
  }
  wanted_.notify_one();  // each that begins wakes the next
}

bool PageFetcher::ready() const {
  const std::scoped_lock lock(mutex_);
  return fetched_.contains(deliver_);
}

Result<SourcePage> PageFetcher::next() {
  std::unique_lock lock(mutex_);
  const auto there = [this] { return fetched_.contains(deliver_); };
  if (!arrived_.wait(lock, stop_, there)) {
    const auto decided = [this] { return fetched_.contains(deliver_) || in_flight_ == 0; };
    if (!arrived_.wait_for(lock, drain_limit_, decided)) {
      cut_.request_stop();
      arrived_.wait(lock, decided);
    }
    if (!there()) {
      return fail(ErrorKind::cancelled, "stopped before all pages were read");
    }
  }
  auto found = fetched_.extract(deliver_);
  ++deliver_;
  bytes_ -= bytes_of(found.mapped());
  if (may_start()) {
    wanted_.notify_one();
  }
  return std::move(found.mapped());
}

Result<SourcePage> PageFetcher::one(PageRequest request) {
  const std::int64_t number = request.number;
  begin(std::move(request), number);
  return next();
}

}  // namespace weir
