// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/sub_list_reader.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace weir {

std::vector<std::string> SubListReader::cut_lists(std::span<const ListLength> lists) {
  std::vector<std::string> names;
  if (rows_ <= 0 || uncut_) {
    return names;
  }
  for (const auto& [name, length] : lists) {
    if (static_cast<std::int64_t>(length) > rows_) {
      uncut_ = true;
      return {};
    }
    if (static_cast<std::int64_t>(length) == rows_) {
      names.push_back(name);
    }
  }
  return names;
}

Result<std::string> SubListReader::complete(std::string_view raw, CallGate* gate,
                                            const std::stop_token& stop, std::int64_t& calls) {
  const std::vector<std::string> counted = {lists_.match};
  RecordDigester digester(shape_, {lists_.record_id}, counted);
  WEIR_TRY(const RecordDigest record, digester.digest(raw));
  const std::string id = to_text(record.fields.front().to_value());
  if (id.empty()) {
    return fail(ErrorKind::rejected,
                fmt::format("the record has no `{}` to ask for the rest of its lists by",
                            lists_.record_id));
  }
  std::string whole(raw);
  for (const auto& name : cut_lists(record.lists)) {
    Value asked{Object{}};
    asked.set("id", Value(id));
    asked.set("list", Value(name));
    auto rows = fetch(asked, gate, stop, calls);
    if (!rows) {
      return tl::unexpected(calls_.placed(rows.error().within("`" + name + "`")));
    }
    const JsonPath path = shape_.values.empty() ? JsonPath{name} : JsonPath{shape_.values, name};
    WEIR_TRY(const auto place, locate_list(whole, path));
    whole.replace(place.first, place.second, *rows);
  }
  return whole;
}

Result<std::string> SubListReader::fetch(const Value& record, CallGate* gate,
                                         const std::stop_token& stop, std::int64_t& calls) const {
  PageRequest request;
  request.window.kind = WindowKind::full;
  request.gate = gate;
  std::string rows = "[";
  std::int64_t count = 0;
  std::optional<std::int64_t> total;
  for (;; ++request.number) {
    WEIR_TRY(const StreamAnswer answer, calls_.call(request, calls_.page_size(), record, stop));
    calls += answer.calls;
    const auto named = integer_at(answer.outline.envelope, calls_.stream().selector.total_path);
    if (!named || *named < 0) {
      return fail(ErrorKind::corrupt, "the answer does not say how many rows there are");
    }
    if (total && *total != *named) {
      return fail(ErrorKind::unavailable, "its rows changed while they were read");
    }
    total = named;
    for (const auto& [offset, length] : answer.outline.items) {
      rows += count++ == 0 ? "" : ",";
      rows.append(answer.response.body, offset, length);
    }
    if (count == *total) {
      return rows + "]";
    }
    if (count > *total || answer.outline.items.empty()) {
      return fail(ErrorKind::unavailable,
                  fmt::format("it has {} rows, but {} were given", *total, count));
    }
  }
}

}  // namespace weir
