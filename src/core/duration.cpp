// SPDX-License-Identifier: Apache-2.0
#include "core/duration.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace weir {

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  static const std::map<std::string_view, std::int64_t> units = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  constexpr std::int64_t count_max = 1'000'000;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const auto unit =
      units.find(std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end)));
  if (error != std::errc() || unit == units.end() || count < 0 || count > count_max) {
    return fail(
        ErrorKind::invalid_config,
        fmt::format("`{}` is no duration; write a number and ms, s, m, h or d, as in `5m`", text));
  }
  return std::chrono::milliseconds(count * unit->second);
}

}  // namespace weir
