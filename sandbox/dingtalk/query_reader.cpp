// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/query_reader.h"

#include "sandbox/dingtalk/receipt_form.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <limits>

namespace weir::yida_sandbox {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::uint64_t kPageSizeMost = 100;

// A parameter that must be text to have an effect.
std::string text_parameter(const Json& body, std::string_view name) {
  const auto found = body.find(std::string(name));
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Answer<std::optional<Query::Period>> read_period(const Json& body, std::string_view from_name,
                                                 std::string_view to_name, bool second_filters) {
  const std::string from = text_parameter(body, from_name);
  const std::string to = text_parameter(body, to_name);
  if (from.empty() && to.empty()) {
    return std::optional<Query::Period>();
  }
  Query::Period period{std::numeric_limits<std::int32_t>::min(),
                       std::numeric_limits<std::int32_t>::max()};
  if (!from.empty()) {
    const auto moment = parse_moment(from);
    if (!moment) {
      return tl::unexpected(invalid_parameter(from_name, fmt::format("参数校验失败{}", from_name)));
    }
    period.first = second_filters ? moment->moment : day_start(shanghai_day(moment->moment));
  }
  if (!to.empty()) {
    const auto moment = parse_moment(to);
    if (!moment) {
      return tl::unexpected(invalid_parameter(to_name, fmt::format("参数校验失败{}", to_name)));
    }
    const bool exact = second_filters && !moment->day_only;
    period.last = exact ? moment->moment : day_start(shanghai_day(moment->moment) + 1) - 1;
  }
  return std::optional(period);
}

Answer<void> read_order(const std::string& text, Query& query) {
  if (text.empty()) {
    return {};
  }
  const Json order = Json::parse(text, nullptr, false);
  if (!order.is_object()) {
    return tl::unexpected(invalid_parameter("orderConfigJson", "参数校验失败orderConfigJson"));
  }
  for (const auto& item : order.items()) {
    const bool known = item.key() == "gmt_create" || item.key() == "gmt_modified" ||
                       find_field(item.key()) != nullptr;
    if (!known || !item.value().is_string() ||
        (item.value() != Json("+") && item.value() != Json("-"))) {
      return tl::unexpected(invalid_parameter(
          "orderConfigJson", known ? "参数校验失败orderConfigJson" : "field is null"));
    }
    query.order.emplace_back(item.key(), item.value() == Json("+"));
  }
  return {};
}

}  // namespace

std::string parameter_text(const Json& body, std::string_view name) {
  const auto found = body.find(std::string(name));
  if (found == body.end() || found->is_null()) {
    return {};
  }
  return found->is_string() ? found->get<std::string>() : found->dump();
}

Answer<Query> read_query(const Json& body, const QueryWords& words, const Settings& settings) {
  Query query;
  auto created = read_period(body, "createFromTimeGMT", "createToTimeGMT", settings.second_filters);
  auto modified =
      read_period(body, "modifiedFromTimeGMT", "modifiedToTimeGMT", settings.second_filters);
  auto search = SearchFilter::parse(text_parameter(body, words.search));
  const std::string order = words.order.empty() ? "" : text_parameter(body, words.order);
  auto ordered = read_order(order, query);
  if (!created || !modified || !search || !ordered) {
    return tl::unexpected(!created    ? created.error()
                          : !modified ? modified.error()
                          : !search   ? search.error()
                                      : ordered.error());
  }
  query.created = *created;
  query.modified = *modified;
  query.search = std::move(*search);
  query.nothing = query.search.uses(settings.unindexed);
  query.originator = text_parameter(body, "originatorId");
  const std::string status = text_parameter(body, "instanceStatus");
  query.status = parse_status(status);
  if (!status.empty() && !query.status) {
    return tl::unexpected(invalid_parameter("instanceStatus", "参数校验失败instanceStatus"));
  }
  const std::string verdict = text_parameter(body, "approvedResult");
  query.verdict = parse_verdict(verdict);
  if (!verdict.empty() && !query.verdict) {
    return tl::unexpected(invalid_parameter("approvedResult", "参数校验失败approvedResult"));
  }
  const auto period_key = [](const std::optional<Query::Period>& period) {
    return period ? fmt::format("{}-{}", period->first, period->last) : std::string();
  };
  query.key =
      Json::array({period_key(query.created), period_key(query.modified), status, verdict,
                   query.originator, text_parameter(body, words.search), order, query.nothing})
          .dump();
  return query;
}

Answer<PageRequest> read_page(std::string_view number_name, const std::string& number,
                              const std::string& size) {
  PageRequest page;
  const auto parse = [](const std::string& text, std::uint64_t& value) {
    return text.empty() || std::from_chars(text.data(), text.data() + text.size(), value).ptr ==
                               text.data() + text.size();
  };
  if (!parse(number, page.number) || page.number < 1 || page.number > 1'000'000'000) {
    return tl::unexpected(
        invalid_parameter(number_name, fmt::format("参数校验失败{}", number_name)));
  }
  if (!parse(size, page.size) || page.size < 1 || page.size > kPageSizeMost) {
    return tl::unexpected(invalid_parameter("pageSize", "参数校验失败pageSize"));
  }
  return page;
}

}  // namespace weir::yida_sandbox
