// SPDX-License-Identifier: Apache-2.0
#include "app/serve_log.h"

#include "core/time_zone.h"

#include <fmt/core.h>

#include <cstdio>
#include <string>

namespace weir {
namespace {

std::string_view name_of(ServeLog::Level level) {
  switch (level) {
    case ServeLog::Level::info:
      return "info";
    case ServeLog::Level::warning:
      return "warning";
    case ServeLog::Level::error:
      return "error";
  }
  return "error";
}

std::string object_line(std::string_view at, std::string_view level, std::string_view event,
                        const Object& fields) {
  Value line;
  line.set("at", at);
  line.set("level", level);
  line.set("event", event);
  for (const auto& [name, value] : fields) {
    line.set(name, value);
  }
  return to_json(line);
}

std::string plain_line(std::string_view at, std::string_view level, std::string_view event,
                       const Object& fields) {
  std::string line = fmt::format("{} {} {}", at, level, event);
  for (const auto& [name, value] : fields) {
    const std::string text = to_text(value);
    const bool bare = !text.empty() && text.find_first_of(" \"\n\r\t") == std::string::npos;
    line += fmt::format(" {}={}", name, bare ? text : to_json(Value(text)));
  }
  return line;
}

}  // namespace

void ServeLog::write(Level level, std::string_view event, const Object& fields) {
  const std::string at = format_utc(clock_.now());
  const std::string line = json_ ? object_line(at, name_of(level), event, fields)
                                 : plain_line(at, name_of(level), event, fields);
  const std::scoped_lock lock(mutex_);
  fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
}

void ServeLog::write(const Fault& fault) {
  Object fields;
  fields.emplace_back("file", fault.at.file);
  fields.emplace_back("line", std::int64_t{fault.at.line});
  fields.emplace_back("message", fault.message);
  write(fault.severity == Severity::error ? Level::error : Level::warning, "fault", fields);
}

}  // namespace weir
