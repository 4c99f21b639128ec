// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/http_source.h"

#include "connectors/http/page_parser.h"
#include "net/http_date.h"

#include <fmt/format.h>

#include <utility>

namespace weir {
namespace {

std::string_view kind_name(WindowKind kind) {
  return kind == WindowKind::created    ? "created"
         : kind == WindowKind::modified ? "modified"
                                        : "full";
}

Value window_values(const Window& window) {
  Value values{Object{}};
  values.set("kind", Value(kind_name(window.kind)));
  if (window.from) {
    values.set("from", Value(format_day(*window.from) + " 00:00:00"));
  }
  if (window.to) {
    values.set("to", Value(format_day(*window.to) + " 23:59:59"));
    values.set("until", Value(format_day(*window.to + std::chrono::days(1)) + " 00:00:00"));
  }
  return values;
}

Value page_values(const Paginator& paginator, const PageRequest& request, std::int64_t size) {
  Value values{Object{}};
  values.set("number", Value(paginator.start + request.number - 1));
  values.set("size", Value(size));
  values.set("offset", Value((request.number - 1) * size));
  if (!request.token.empty()) {
    values.set("token", Value(request.token));
  }
  return values;
}

std::vector<std::string> split_columns(const std::string& text) {
  std::vector<std::string> columns;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    std::string column = text.substr(begin, comma - begin);
    column.erase(0, column.find_first_not_of(" \t\r\n"));
    column.erase(column.find_last_not_of(" \t\r\n") + 1);
    columns.push_back(std::move(column));
    begin = comma + 1;
  }
  return columns;
}

// Gives the gate its ticket back whatever becomes of the call.
class Passage {
 public:
  Passage(CallGate* gate, const Clock& clock) : gate_(gate), clock_(clock) {}
  ~Passage() {
    if (entered_ && gate_ != nullptr) {
      gate_->leave(ticket_, left_ ? left_at_ : clock_.monotonic());
    }
  }
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

  Result<void> enter(std::stop_token stop) {
    if (gate_ != nullptr) {
      WEIR_TRY(ticket_, gate_->enter(std::move(stop)));
    }
    entered_ = true;
    return {};
  }
  void begin() { begun_at_ = clock_.monotonic(); }
  void left_after(std::chrono::nanoseconds length) {
    left_ = true;
    left_at_ = begun_at_ + std::chrono::duration_cast<Monotonic::duration>(length);
  }

 private:
  CallGate* gate_;
  const Clock& clock_;
  std::uint64_t ticket_ = 0;
  bool entered_ = false;
  bool left_ = false;
  Monotonic begun_at_{};
  Monotonic left_at_{};
};

}  // namespace

struct HttpSource::Answer {
  Verdict verdict;
  HttpClient::Response response;
  BodyOutline outline;
  std::vector<std::string> columns;
  std::int64_t calls = 1;
};

HttpSource::HttpSource(Parts parts)
    : parts_(std::move(parts)),
      result_cap_(parts_.exchange.connection.result_cap.value_or(
          parts_.stream->paginator.result_cap.value_or(0))) {}

SourceTraits HttpSource::traits() const {
  const Paginator& paginator = parts_.stream->paginator;
  SourceTraits traits;
  traits.page_size = parts_.fields.page_size;
  const std::int64_t cap = result_cap_;
  if (cap > 0) {
    traits.result_cap = cap;
    traits.cap_may_rise =
        !parts_.exchange.connection.result_cap && paginator.result_cap_up_to.value_or(0) > cap;
  }
  traits.windowed = !parts_.stream->windows.empty();
  for (const auto& window : parts_.stream->windows) {
    traits.by_created = traits.by_created || window.kind == WindowKind::created;
    if (window.step && (!traits.widest_window || *window.step < *traits.widest_window)) {
      traits.widest_window = window.step;
    }
  }
  traits.zone = parts_.exchange.connection.zone;
  RequestScope scope(parts_.exchange.connection.zone);
  scope.set("config", parts_.exchange.connection.config);
  traits.account = parts_.exchange.file->name + " " +
                   parts_.exchange.file->account.evaluate_text(scope).value_or("");
  const CallRates& budget = parts_.exchange.connection.budget;
  traits.calls_per_second = budget.per_second.value_or(traits.calls_per_second);
  traits.calls_per_minute = budget.per_minute;
  traits.calls_per_month = budget.per_month;
  return traits;
}

Error HttpSource::placed(const Error& error) const {
  return error.within(
      fmt::format("{} `{}`", parts_.exchange.file->name, parts_.stream->names.front()));
}

Result<std::vector<PlacedValue>> HttpSource::place(const PageRequest& request, std::int64_t size,
                                                   RequestScope& scope) const {
  const Stream& stream = *parts_.stream;
  const Value page = page_values(stream.paginator, request, size);
  scope.set("page", page);
  scope.set("window", window_values(request.window));
  std::vector<PlacedValue> placed = parts_.fields.placed;
  if (stream.paginator.token_place) {
    const char* token = stream.paginator.strategy == Paginator::Strategy::offset   ? "offset"
                        : stream.paginator.strategy == Paginator::Strategy::cursor ? "token"
                                                                                   : "number";
    if (const Value* value = page.member(token)) {
      placed.push_back({*stream.paginator.token_place, *value});
    }
  }
  if (stream.paginator.size_place) {
    placed.push_back({*stream.paginator.size_place, *page.member("size")});
  }
  if (request.window.kind == WindowKind::full) {
    return placed;
  }
  for (const auto& window : stream.windows) {
    if (window.kind != request.window.kind) {
      continue;
    }
    for (const auto& injection : window.injections) {
      WEIR_TRY(Value value, injection.value.evaluate(scope));
      if (!value.is_null()) {
        placed.push_back({injection.place, std::move(value)});
      }
    }
    return placed;
  }
  return fail(ErrorKind::invalid_config,
              fmt::format("cannot be asked by `{}`; set `sync.by` to one of the others (created, "
                          "modified, full)",
                          kind_name(request.window.kind)));
}

// The token is taken behind the gate: it may have been refused while the call waited there.
Result<HttpSource::Answer> HttpSource::call_once(const PageRequest& request, std::int64_t size,
                                                 std::uint64_t& generation,
                                                 std::stop_token stop) const {
  Passage passage(request.gate, *parts_.exchange.clock);
  WEIR_CHECK(passage.enter(stop));
  TokenStore::Token token;
  const bool logged_in = parts_.exchange.file->authenticator.has_value();
  if (logged_in) {
    WEIR_TRY(token, parts_.tokens->get(*parts_.exchange.clock, stop, [this](std::stop_token inner) {
      return log_in(parts_.exchange, std::move(inner));
    }));
    generation = token.generation;
  }
  WEIR_TRY(RequestScope scope, make_scope(parts_.exchange, parts_.fields.parameters,
                                          logged_in ? &token.values : nullptr));
  WEIR_TRY(const auto placed_values, place(request, size, scope));
  WEIR_TRY(HttpClient::Request http_request,
           build_request(parts_.stream->requester, placed_values, scope));
  http_request.timeout = parts_.exchange.connection.timeout.value_or(http_request.timeout);
  Answer answer;
  if (parts_.stream->selector.columns) {
    WEIR_TRY(const std::string columns, parts_.stream->selector.columns->evaluate_text(scope));
    answer.columns = split_columns(columns);
  }
  passage.begin();
  WEIR_TRY(answer.response, parts_.exchange.http->send(http_request, stop));
  passage.left_after(answer.response.left_after);
  WEIR_CHECK(understand(answer));
  return answer;
}

// What the answer means, and where its records are.
Result<void> HttpSource::understand(Answer& answer) const {
  auto outline = outline_body(answer.response.body, parts_.stream->selector.path);
  answer.verdict = judge(parts_.stream->requester.errors, answer.response,
                         outline ? &outline->envelope : nullptr);
  if (answer.verdict.action != ResponseFilter::Action::success) {
    return {};
  }
  if (!outline) {
    return tl::unexpected(std::move(outline).error());
  }
  if (!outline->found) {
    return fail(ErrorKind::corrupt, fmt::format("the answer holds no list of records at `{}`",
                                                fmt::join(parts_.stream->selector.path, ".")));
  }
  answer.outline = std::move(*outline);
  return {};
}

Result<HttpSource::Answer> HttpSource::call(const PageRequest& request, std::int64_t size,
                                            std::stop_token stop) {
  for (std::int64_t attempt = 1;; ++attempt) {
    std::uint64_t generation = 0;
    WEIR_TRY(Answer answer, call_once(request, size, generation, stop));
    answer.calls = attempt;
    if (answer.verdict.action == ResponseFilter::Action::success) {
      parts_.tokens->confirm(generation);
      return answer;
    }
    if (answer.verdict.action == ResponseFilter::Action::refresh_token && generation != 0) {
      parts_.tokens->refuse(generation);
      if (attempt == 1) {
        continue;
      }
      if (parts_.tokens->confirmed(generation)) {
        // Others were let in with it: it has ended meanwhile, the credentials are right.
        answer.verdict.error.kind = ErrorKind::unavailable;
      }
    }
    return tl::unexpected(answer.verdict.error);
  }
}

Result<void> HttpSource::describe_paging(const Answer& answer, SourcePage& page) const {
  const Paginator& paginator = parts_.stream->paginator;
  const JsonPath& total_path = parts_.stream->selector.total_path;
  page.total = integer_at(answer.outline.envelope, total_path);
  if (!total_path.empty() && page.total && *page.total < 0) {
    return fail(ErrorKind::corrupt, fmt::format("the answer names {} records", *page.total));
  }
  if (!paginator.more_path.empty()) {
    const Value* more = find_path(answer.outline.envelope, paginator.more_path);
    if (more != nullptr && more->boolean() != nullptr) {
      page.more = *more->boolean();
    }
  }
  if (paginator.strategy == Paginator::Strategy::cursor) {
    const Value* next = find_path(answer.outline.envelope, paginator.next_path);
    page.next = next == nullptr ? std::string() : to_text(*next);
  }
  if (paginator.strategy == Paginator::Strategy::none) {
    page.more = false;
  }
  return {};
}

Result<SourcePage> HttpSource::make_source_page(Answer answer, const PageRequest& request,
                                                std::int64_t size) {
  SourcePage page;
  page.calls = answer.calls;
  if (const std::string* date = answer.response.header("Date")) {
    page.server_time = parse_http_date(*date);
  }
  WEIR_CHECK(describe_paging(answer, page));
  const PageShape shape{parts_.stream->selector.shape, parts_.id, parts_.number,
                        std::move(answer.columns)};
  WEIR_TRY(page.page, make_page(std::move(answer.response.body), answer.outline, shape));
  const std::int64_t up_to = parts_.stream->paginator.result_cap_up_to.value_or(0);
  const std::int64_t cap = result_cap_;
  if (!parts_.exchange.connection.result_cap && cap > 0 && up_to > cap &&
      !page.page.records.empty() && (request.number - 1) * size >= cap) {
    result_cap_ = up_to;
  }
  return page;
}

Result<SourcePage> HttpSource::read(const PageRequest& request, std::stop_token stop) {
  auto answer = call(request, parts_.fields.page_size, stop);
  if (!answer) {
    return tl::unexpected(placed(answer.error()));
  }
  auto page = make_source_page(std::move(*answer), request, parts_.fields.page_size);
  if (!page) {
    return tl::unexpected(placed(page.error()));
  }
  return page;
}

Result<void> HttpSource::check(std::vector<Fault>& faults) {
  PageRequest request;
  request.window.kind = WindowKind::full;
  auto answer =
      call(request, parts_.stream->paginator.size_place ? 1 : parts_.fields.page_size, {});
  if (answer) {
    return {};
  }
  const ErrorKind kind = answer.error().kind;
  if (kind == ErrorKind::unauthorized || kind == ErrorKind::rejected ||
      kind == ErrorKind::invalid_config || kind == ErrorKind::exhausted) {
    faults.push_back({Severity::error, {}, placed(answer.error()).message});
    return {};
  }
  return tl::unexpected(placed(answer.error()));
}

}  // namespace weir
