// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/stream_caller.h"

#include "core/ascii.h"

#include <fmt/format.h>

#include <algorithm>
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

std::vector<std::string> split_columns(std::string_view text) {
  std::vector<std::string> columns;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    columns.emplace_back(trimmed(text.substr(begin, comma - begin)));
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

struct StreamCaller::Attempt {
  Verdict verdict;
  StreamAnswer answer;
  std::uint64_t generation = 0;  // of the token; 0: nobody logs in
};

RequestScope StreamCaller::scope() const {
  RequestScope scope(exchange_.connection.zone);
  scope.set("config", exchange_.connection.config);
  scope.set("parameters", fields_.parameters);
  return scope;
}

Error StreamCaller::placed(const Error& error) const {
  return error.within(fmt::format("{} `{}`", exchange_.file->name, stream_.names.front()));
}

// What the platform's variables stand for in one call. LAST_SYNC_TIME is where the window begins.
Environment StreamCaller::variables(const PageRequest& request, std::int64_t size) const {
  Environment variables;
  std::int64_t since = 0;
  if (request.window.from) {
    const LocalTime midnight(request.window.from->time_since_epoch());
    const Timestamp begin = exchange_.connection.zone.to_utc(midnight);
    since = begin.time_since_epoch() / std::chrono::seconds(1);
  }
  const std::int64_t number = stream_.paginator.start + request.number - 1;
  variables.set("LAST_SYNC_TIME", Value(since));
  variables.set("PAGINATION_PAGE_SIZE", Value(size));
  variables.set("PAGINATION_START_ROW", Value((request.number - 1) * size));
  variables.set("PAGINATION_START_PAGE", Value(number));
  variables.set("PAGE_NO", Value(number));
  variables.set("PAGE_SIZE", Value(size));
  return variables;
}

Result<Value> StreamCaller::parameters(const EvaluationContext& context) const {
  Value parameters = fields_.parameters;
  for (const auto& [name, field] : fields_.varying) {
    WEIR_TRY(Value value, field.evaluate(context));
    parameters.set(name, std::move(value));
  }
  return parameters;
}

Result<std::vector<PlacedValue>> StreamCaller::place(const PageRequest& request, std::int64_t size,
                                                     const EvaluationContext& context,
                                                     RequestScope& scope) const {
  const Paginator& paginator = stream_.paginator;
  const Value page = page_values(paginator, request, size);
  scope.set("page", page);
  scope.set("window", window_values(request.window));
  std::vector<PlacedValue> placed;
  for (const PlacedField& field : fields_.placed) {
    WEIR_TRY(Value value, field.value.evaluate(context));
    if (!value.is_null()) {
      placed.push_back({field.place, std::move(value)});
    }
  }
  if (paginator.token_place) {
    const char* token = paginator.strategy == Paginator::Strategy::offset   ? "offset"
                        : paginator.strategy == Paginator::Strategy::cursor ? "token"
                                                                            : "number";
    if (const Value* value = page.member(token)) {
      placed.push_back({*paginator.token_place, *value});
    }
  }
  if (paginator.size_place) {
    placed.push_back({*paginator.size_place, *page.member("size")});
  }
  if (request.newest_first) {
    for (const auto& window : stream_.windows) {
      if (window.newest_first) {
        WEIR_TRY(Value value, window.newest_first->value.evaluate(scope));
        placed.push_back({window.newest_first->place, std::move(value)});
      }
    }
  }
  WEIR_CHECK(place_window(request, scope, placed));
  return placed;
}

Result<void> StreamCaller::place_window(const PageRequest& request, const RequestScope& scope,
                                        std::vector<PlacedValue>& placed) const {
  if (request.window.kind == WindowKind::full) {
    return {};
  }
  for (const auto& window : stream_.windows) {
    if (window.kind != request.window.kind) {
      continue;
    }
    for (const auto& injection : window.injections) {
      WEIR_TRY(Value value, injection.value.evaluate(scope));
      if (!value.is_null()) {
        placed.push_back({injection.place, std::move(value)});
      }
    }
    return {};
  }
  return fail(ErrorKind::invalid_config,
              fmt::format("cannot be asked by `{}`; set `sync.by` to one of the others (created, "
                          "modified, full)",
                          kind_name(request.window.kind)));
}

// The token is taken behind the gate: it may have been refused while the call waited there.
Result<StreamCaller::Attempt> StreamCaller::call_once(const PageRequest& request, std::int64_t size,
                                                      const Value& record,
                                                      const std::stop_token& stop,
                                                      DigesterPool* digesters) const {
  Passage passage(request.gate, *exchange_.clock);
  WEIR_CHECK(passage.enter(stop));
  Attempt attempt;
  TokenStore::Token token;
  const bool logged_in = exchange_.file->authenticator.has_value();
  if (logged_in) {
    WEIR_TRY(token, tokens_->get(*exchange_.clock, stop, [this](std::stop_token inner) {
      return log_in(exchange_, std::move(inner));
    }));
    attempt.generation = token.generation;
  }
  const Environment variables = this->variables(request, size);
  const EvaluationContext context{variables, exchange_.connection.zone, exchange_.clock->now()};
  WEIR_TRY(const Value parameters, this->parameters(context));
  WEIR_TRY(RequestScope scope,
           make_scope(exchange_, parameters, logged_in ? &token.values : nullptr));
  scope.set("record", record);
  WEIR_TRY(const auto placed_values, place(request, size, context, scope));
  WEIR_TRY(HttpClient::Request http_request,
           build_request(stream_.requester, placed_values, scope));
  http_request.timeout = exchange_.connection.timeout.value_or(http_request.timeout);
  StreamAnswer& answer = attempt.answer;
  if (stream_.selector.columns) {
    WEIR_TRY(const std::string columns, stream_.selector.columns->evaluate_text(scope));
    answer.columns = split_columns(columns);
  }
  passage.begin();
  WEIR_TRY(answer.response, exchange_.http->send(http_request, stop));
  passage.left_after(answer.response.left_after);
  WEIR_CHECK(understand(attempt, digesters));
  return attempt;
}

// What the answer means, and where its records are.
Result<void> StreamCaller::understand(Attempt& attempt, DigesterPool* digesters) const {
  StreamAnswer& answer = attempt.answer;
  const auto outline_by = [&](RecordDigester* digester) {
    return outline_body(answer.response.body, stream_.selector.path, digester);
  };
  auto outline = digesters == nullptr
                     ? outline_by(nullptr)
                     : digesters->with([&](RecordDigester& each) { return outline_by(&each); });
  attempt.verdict =
      judge(stream_.requester.errors, answer.response, outline ? &outline->envelope : nullptr);
  if (attempt.verdict.action != ResponseFilter::Action::success) {
    return {};
  }
  if (!outline) {
    return tl::unexpected(std::move(outline).error());
  }
  if (!outline->found) {
    return fail(ErrorKind::corrupt, fmt::format("the answer holds no list of records at `{}`",
                                                fmt::join(stream_.selector.path, ".")));
  }
  answer.outline = std::move(*outline);
  return {};
}

Result<StreamAnswer> StreamCaller::call(const PageRequest& request, std::int64_t size,
                                        const Value& record, const std::stop_token& stop,
                                        DigesterPool* digesters) const {
  for (std::int64_t count = 1;; ++count) {
    WEIR_TRY(Attempt attempt, call_once(request, size, record, stop, digesters));
    attempt.answer.calls = count;
    if (attempt.verdict.action == ResponseFilter::Action::success) {
      tokens_->confirm(attempt.generation);
      return std::move(attempt.answer);
    }
    if (attempt.verdict.action == ResponseFilter::Action::refresh_token &&
        attempt.generation != 0) {
      tokens_->refuse(attempt.generation);
      if (count == 1) {
        continue;
      }
      if (tokens_->confirmed(attempt.generation)) {
        // Others were let in with it: it has ended meanwhile, the credentials are right.
        attempt.verdict.error.kind = ErrorKind::unavailable;
      }
    }
    return tl::unexpected(attempt.verdict.error);
  }
}

}  // namespace weir
