// SPDX-License-Identifier: Apache-2.0
#include "core/byte_size.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <map>

namespace weir {

Result<std::int64_t> parse_byte_size(std::string_view text) {
  static const std::map<std::string_view, std::int64_t> units = {
      {"KB", 1'000},       {"MB", 1'000'000},   {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000},
      {"KiB", 1LL << 10U}, {"MiB", 1LL << 20U}, {"GiB", 1LL << 30U},   {"TiB", 1LL << 40U}};
  constexpr std::int64_t count_max = 1'000'000;
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  unit.remove_prefix(unit.starts_with(' ') ? 1 : 0);
  const auto factor = units.find(unit);
  if (error != std::errc() || factor == units.end() || count < 0 || count > count_max) {
    return fail(ErrorKind::invalid_config,
                fmt::format("`{}` is no size; write a whole number and KB, MB, GB or TB, as in "
                            "`10GB`",
                            text));
  }
  return count * factor->second;
}

std::string format_byte_size(std::int64_t bytes) {
  constexpr std::array<const char*, 4> units = {"KB", "MB", "GB", "TB"};
  if (bytes < 1000) {
    return fmt::format("{} bytes", bytes);
  }
  std::size_t unit = 0;
  std::int64_t tenths = bytes / 100;  // of the unit, rounded down
  while (tenths >= 10'000 && unit + 1 < units.size()) {
    tenths /= 1000;
    ++unit;
  }
  return tenths % 10 == 0 ? fmt::format("{} {}", tenths / 10, units[unit])
                          : fmt::format("{}.{} {}", tenths / 10, tenths % 10, units[unit]);
}

}  // namespace weir
