// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "source/page_completer.h"
#include "source/patient_reader.h"
#include "source/source.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace weir {

// How many calls are worth having in flight.
int calls_side_by_side(const SourceTraits& traits);

// Fetches a range of pages with several calls in flight and hands them out in order. Bounded by
// pages ahead and by bytes: the page that is next in order may always be fetched. One thread uses
// it; the fetching is done by its own threads, on which pages are also parsed.
class PageFetcher {
 public:
  static constexpr std::chrono::milliseconds drain_limit_default{600};

  // `completer` (nullptr: none) makes pages whole before they are handed out. After a stop, what
  // was asked for may still arrive for `drain_limit`.
  PageFetcher(PatientReader& reader, int threads, std::stop_token stop,
              PageCompleter* completer = nullptr,
              std::chrono::milliseconds drain_limit = drain_limit_default);
  ~PageFetcher();  // gives calls in flight a moment, then cuts them
  PageFetcher(const PageFetcher&) = delete;
  PageFetcher& operator=(const PageFetcher&) = delete;

  // Begins with pages first..last. What is left of the range before is given up.
  void begin(const Window& window, std::int64_t first, std::int64_t last);
  bool ready() const;  // next() will not block
  // The next page in order. Blocks. Errors: that page's; `cancelled` after the stop, once all that
  // was under way has been handed out.
  Result<SourcePage> next();
  // One page, as begin() and next().
  Result<SourcePage> one(PageRequest request);

 private:
  void work();
  Result<SourcePage> fetch(PageRequest request, const std::stop_token& cut);
  bool may_start() const;
  void give_up(std::unique_lock<std::mutex>& lock);
  void begin(PageRequest first, std::int64_t last);

  PatientReader& reader_;
  std::stop_token stop_;
  PageCompleter* completer_;
  const std::chrono::milliseconds drain_limit_;
  std::stop_source cut_;
  mutable std::mutex mutex_;
  std::condition_variable wanted_;       // for the threads: one more page may be fetched
  std::condition_variable_any arrived_;  // for who uses it: a call has ended
  PageRequest range_;                    // but for its number
  std::int64_t start_ = 1;               // the next page to fetch
  std::int64_t last_ = 0;                // of the range
  std::int64_t deliver_ = 1;             // the next page to hand out
  int in_flight_ = 0;
  std::map<std::int64_t, Result<SourcePage>> fetched_;
  std::size_t bytes_ = 0;  // of fetched_
  bool closing_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace weir
