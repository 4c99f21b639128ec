// SPDX-License-Identifier: Apache-2.0
#include "pipeline/retry_reader.h"

#include "core/duration.h"
#include "spec/field_reader.h"

#include <fmt/format.h>

#include <string>

namespace weir {
namespace {

constexpr std::size_t waits_max = 100;
constexpr std::chrono::milliseconds shortest = std::chrono::seconds(1);
constexpr std::chrono::milliseconds longest = std::chrono::days(365);

std::optional<std::chrono::milliseconds> read_wait(const Node& item, Faults& faults) {
  const std::string text = scalar_text(item).value_or("");
  const auto wait = parse_duration(text);
  if (!wait) {
    add_error(faults, item.at, "`retry`: " + wait.error().message);
    return std::nullopt;
  }
  if (*wait < shortest || *wait > longest) {
    add_error(faults, item.at,
              fmt::format("`retry`: a wait must be from 1s to 365d, and is `{}`", text));
    return std::nullopt;
  }
  return *wait;
}

}  // namespace

SettingSpec retry_setting() {
  SettingSpec setting;
  setting.name = "retry";
  setting.description =
      "After which waits `weir serve` tries a failed record again, as `[20s, 5m, 1h, 4h, 20h]` "
      "(default); or `off`.";
  setting.example = "[20s, 5m, 1h, 4h, 20h]";
  return setting;
}

std::optional<RetryWaits> read_retry(const Node& node, Faults& faults) {
  if (node.kind == Node::Kind::null) {
    return std::nullopt;
  }
  if (node.kind == Node::Kind::scalar && scalar_text(node).value_or("") == "off") {
    return RetryWaits();
  }
  if (node.kind != Node::Kind::sequence || node.items.empty() || node.items.size() > waits_max) {
    add_error(
        faults, node.at,
        fmt::format("`retry` must be a list of 1 to {} waits, as in `[20s, 5m, 1h]`, or `off`",
                    waits_max));
    return std::nullopt;
  }
  RetryWaits waits;
  for (const Node& item : node.items) {
    if (const auto wait = read_wait(item, faults)) {
      waits.push_back(*wait);
    }
  }
  return waits.size() == node.items.size() ? std::optional(std::move(waits)) : std::nullopt;
}

}  // namespace weir
