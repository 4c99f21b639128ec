// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/http_source.h"

#include "connectors/http/page_parser.h"
#include "core/excerpt.h"
#include "core/hash.h"
#include "net/http_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

// A system's times may be late by so much: what changed within it may have changed again unseen.
constexpr auto safety_lag = std::chrono::minutes(10);

std::unique_ptr<SubListReader> make_sub_lists(const HttpSource::Parts& parts) {
  const auto& lists = parts.stream->sub_lists;
  if (!lists) {
    return nullptr;
  }
  StreamFields fields;
  fields.parameters = parts.fields.parameters;
  fields.varying = parts.fields.varying;
  fields.page_size = lists->stream->paginator.page_size;
  return std::make_unique<SubListReader>(
      StreamCaller(parts.exchange, *lists->stream, std::move(fields), parts.tokens), *lists,
      parts.shape, parts.sub_list_rows);
}

}  // namespace

HttpSource::HttpSource(Parts parts)
    : parts_(std::move(parts)),
      calls_(parts_.exchange, *parts_.stream, parts_.fields, parts_.tokens),
      sub_lists_(make_sub_lists(parts_)),
      shape_(page_shape()),
      digesters_(shape_.record, page_names(shape_), shape_.counted_lists),
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
    traits.by_created = traits.by_created || window.kind == WindowKind::created;
    traits.newest_first = traits.newest_first || window.newest_first.has_value();
  }
  traits.zone = parts_.exchange.connection.zone;
  traits.account = parts_.exchange.file->name + " " +
                   parts_.exchange.file->account.evaluate_text(calls_.scope()).value_or("");
  const CallRates& budget = parts_.exchange.connection.budget;
  traits.calls_per_second = budget.per_second.value_or(traits.calls_per_second);
  traits.calls_per_minute = budget.per_minute;
  traits.calls_per_month = budget.per_month;
  return traits;
}

void HttpSource::locate(std::shared_ptr<const RecordSelection> selection) {
  digesters_.locate(selection);
  shape_.selection = std::move(selection);
}

Result<void> HttpSource::describe_paging(const StreamAnswer& answer, SourcePage& page) const {
  const Paginator& paginator = parts_.stream->paginator;
  const JsonPath& total_path = parts_.stream->selector.total_path;
  page.total = integer_at(answer.outline.envelope, total_path);
  const Value* total =
      total_path.empty() ? nullptr : find_path(answer.outline.envelope, total_path);
  if (total != nullptr && !total->is_null() && page.total.value_or(-1) < 0) {
    return fail(ErrorKind::corrupt,
                fmt::format("the answer names `{}` records", excerpt(to_text(*total), 60)));
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

PageShape HttpSource::page_shape() const {
  PageShape shape;
  shape.record = parts_.shape;
  shape.id = parts_.id;
  shape.number = parts_.number;
  shape.bare_ids = parts_.stream->selector.bare_ids;
  shape.zone = parts_.exchange.connection.zone;
  for (const auto& window : parts_.stream->windows) {
    (window.kind == WindowKind::created ? shape.created : shape.changed) = window.cursor_fields;
  }
  if (sub_lists_ != nullptr) {
    shape.counted_lists = {sub_lists_->match()};
  }
  return shape;
}

// A record's times say the minute only, and the rows behind the cut are not in its content: what
// changed a moment ago may change again and look the same. Such a record counts as changed once
// more, at the first reading after the lag.
void HttpSource::unsettle_fresh(SourcePage& page) const {
  const Timestamp now = page.server_time.value_or(parts_.exchange.clock->now());
  for (const std::size_t index : page.incomplete) {
    PageRecord& record = page.page.records[index];
    if (record.changed_at && now - *record.changed_at < safety_lag) {
      const auto minute = std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
      record.content = hash64(fmt::format("{} as of {}", record.content, minute));
    }
  }
}

Result<SourcePage> HttpSource::make_source_page(StreamAnswer answer, const PageRequest& request) {
  SourcePage page;
  page.calls = answer.calls;
  if (const std::string* date = answer.response.header("Date")) {
    page.server_time = parse_http_date(*date);
  }
  WEIR_CHECK(describe_paging(answer, page));
  PageShape shape = shape_;
  shape.columns = std::move(answer.columns);
  if (sub_lists_ != nullptr) {
    shape.seen = [this, &page](std::size_t index, std::span<const ListLength> lists) {
      if (!sub_lists_->cut_lists(lists).empty()) {
        page.incomplete.push_back(index);
      }
    };
  }
  WEIR_TRY(page.page, make_page(std::move(answer.response.body), std::move(answer.outline), shape));
  std::erase_if(page.incomplete,
                [&](std::size_t index) { return !page.page.records[index].fault.empty(); });
  unsettle_fresh(page);
  const std::int64_t up_to = parts_.stream->paginator.result_cap_up_to.value_or(0);
  const std::int64_t cap = result_cap_;
  if (!parts_.exchange.connection.result_cap && cap > 0 && up_to > cap &&
      !page.page.records.empty() && (request.number - 1) * parts_.fields.page_size >= cap) {
    result_cap_ = up_to;
  }
  return page;
}

Result<SourcePage> HttpSource::read(const PageRequest& request, std::stop_token stop) {
  const bool rows = parts_.stream->selector.columns.has_value();
  auto answer = calls_.call(request, parts_.fields.page_size, Value(), stop,
                            rows || shape_.bare_ids ? nullptr : &digesters_);
  if (!answer) {
    return tl::unexpected(calls_.placed(answer.error()));
  }
  auto page = make_source_page(std::move(*answer), request);
  if (!page) {
    return tl::unexpected(calls_.placed(page.error()));
  }
  return page;
}

Result<SourcePage> HttpSource::complete(SourcePage page, std::span<const std::size_t> records,
                                        CallGate* gate, std::stop_token stop) {
  std::vector<Replacement> replacements;
  for (const std::size_t index : records) {
    if (sub_lists_ == nullptr || index >= page.page.records.size()) {
      return fail(ErrorKind::internal, fmt::format("record {} has nothing to complete", index));
    }
    const PageRecord& record = page.page.records[index];
    WEIR_TRY(std::string whole,
             sub_lists_->complete(page.page.raw(record), gate, stop, page.calls));
    replacements.push_back({record.offset, record.length, std::move(whole)});
    std::erase(page.incomplete, index);
  }
  replace_in_page(page.page, std::move(replacements));
  return page;
}

std::unique_ptr<Source> HttpSource::ids() const {
  if (parts_.stream->ids == nullptr) {
    return nullptr;
  }
  Parts parts = parts_;
  parts.stream = parts_.stream->ids.get();
  parts.fields = parts_.id_fields;
  parts.sub_list_rows = 0;
  return std::make_unique<HttpSource>(std::move(parts));
}

Result<void> HttpSource::check(std::vector<Fault>& faults, CallGate* gate) {
  PageRequest request;
  request.gate = gate;
  request.window.kind = WindowKind::full;
  const std::int64_t size = parts_.stream->paginator.size_place ? 1 : parts_.fields.page_size;
  auto answer = calls_.call(request, size, Value(), {});
  if (answer) {
    return {};
  }
  const ErrorKind kind = answer.error().kind;
  if (kind == ErrorKind::unauthorized || kind == ErrorKind::rejected ||
      kind == ErrorKind::invalid_config) {
    faults.push_back({Severity::error, {}, calls_.placed(answer.error()).message});
    return {};
  }
  return tl::unexpected(calls_.placed(answer.error()));
}

}  // namespace weir
