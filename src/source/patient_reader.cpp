// SPDX-License-Identifier: Apache-2.0
#include "source/patient_reader.h"

#include "core/failpoint.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace weir {
namespace {

constexpr int tries_max = 8;
constexpr std::chrono::milliseconds backoff_first{500};
constexpr std::chrono::milliseconds backoff_max{30000};

}  // namespace

// The budget's door, counting who passes.
class PatientReader::Gate final : public CallGate {
 public:
  Gate(CallBudget& budget, SourceCounts& counts) : budget_(budget), counts_(counts) {}
  Result<std::uint64_t> enter(std::stop_token stop) override {
    auto ticket = budget_.enter(std::move(stop));
    if (ticket) {
      ++counts_.requests;
    }
    return ticket;
  }
  void leave(std::uint64_t ticket, Monotonic left_at) override { budget_.leave(ticket, left_at); }

 private:
  CallBudget& budget_;
  SourceCounts& counts_;
};

PatientReader::PatientReader(Source& source, Clock& clock, std::shared_ptr<CallBudget> budget,
                             SourceCounts& counts, std::chrono::milliseconds patience)
    : source_(source),
      clock_(clock),
      budget_(std::move(budget)),
      counts_(counts),
      patience_(patience),
      progress_at_(clock.monotonic()) {}

Result<SourcePage> PatientReader::try_once(const Attempt& attempt) {
  Gate gate(*budget_, counts_);
  auto page = attempt(gate);
  if (page) {
    budget_->succeeded();
    const std::scoped_lock lock(mutex_);
    progress_at_ = clock_.monotonic();
  }
  return page;
}

std::chrono::milliseconds PatientReader::backoff(int tries) {
  const auto limit = std::min(backoff_max, backoff_first * (1 << std::clamp(tries - 1, 0, 10)));
  const std::scoped_lock lock(mutex_);
  std::uniform_int_distribution<std::int64_t> length(0, limit.count());
  return std::chrono::milliseconds(length(random_));
}

std::optional<Monotonic> PatientReader::next_try(const Error& error, int& tries) {
  if (!is_transient(error.kind)) {
    return std::nullopt;
  }
  Monotonic at;
  if (error.kind == ErrorKind::throttled) {
    ++counts_.throttled;
    at = budget_->throttled(error.retry_after);
  } else {
    const bool answered = error.kind != ErrorKind::unavailable || !error.code.empty();
    tries += answered ? 1 : 0;
    if (tries >= tries_max) {
      return std::nullopt;
    }
    // An outage is asked after at a steady pace, whatever it was before.
    const auto wait = answered ? backoff(tries) : backoff(4);
    at = clock_.monotonic() + std::max(wait, error.retry_after.value_or(wait));
  }
  return at > patience_ends() ? std::nullopt : std::optional(at);
}

Monotonic PatientReader::patience_ends() {
  const std::scoped_lock lock(mutex_);
  return progress_at_ + std::chrono::duration_cast<Monotonic::duration>(patience_);
}

Result<SourcePage> PatientReader::persist(const Attempt& attempt, const std::stop_token& stop,
                                          const std::stop_token& cut) {
  std::stop_source either;
  const std::stop_callback on_stop(stop, [&] { either.request_stop(); });
  const std::stop_callback on_cut(cut, [&] { either.request_stop(); });
  int tries = 0;
  while (!either.stop_requested()) {
    if (auto paused = budget_->paused_beyond(patience_ends())) {
      return tl::unexpected(*std::move(paused));
    }
    auto page = try_once(attempt);
    if (page) {
      return page;
    }
    const auto at = next_try(page.error(), tries);
    if (page.error().kind == ErrorKind::exhausted && !page.error().retry_after) {
      page.error().retry_after = budget_->until_next_month();  // the other side's own count
    }
    if (!at) {
      return page;
    }
    if (!clock_.sleep_until(*at, either.get_token())) {
      break;
    }
    ++counts_.retries;
  }
  return fail(ErrorKind::cancelled, "stopped while a page was asked for");
}

Result<SourcePage> PatientReader::read(PageRequest request, std::stop_token stop,
                                       std::stop_token cut) {
  const Attempt attempt = [&](CallGate& gate) {
    request.gate = &gate;
    return source_.read(request, cut);
  };
  auto page = persist(attempt, stop, cut);
  if (page) {
    counts_.retries += std::max<std::int64_t>(page->calls - 1, 0);
    failpoint("source.page_read");
  }
  return page;
}

Result<SourcePage> PatientReader::read_again(PageRequest request, std::stop_token stop,
                                             std::stop_token cut) {
  ++counts_.retries;
  return read(std::move(request), std::move(stop), std::move(cut));
}

Result<SourcePage> PatientReader::complete(const SourcePage& page, std::size_t record,
                                           std::stop_token stop, std::stop_token cut) {
  const Attempt attempt = [&](CallGate& gate) {
    return source_.complete(page, std::span(&record, 1), &gate, cut);
  };
  return persist(attempt, stop, cut);
}

}  // namespace weir
