// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/page_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weir::yida_sandbox {
namespace {

constexpr std::size_t kHugeBytes = std::size_t{20} << 20;
constexpr std::string_view kTotal = R"("totalCount":)";
constexpr std::string_view kRows = R"(,"data":[)";
constexpr std::string_view kTitle = R"("title":")";
constexpr std::string_view kIdNames[] = {R"("processInstanceId":)", R"("formInstanceId":)"};

// Where an id stands, its name and the comma behind it included. A quote inside a text is escaped,
// so what is looked for stands nowhere else.
struct IdPlace {
  std::size_t at = 0;
  std::size_t size = 0;
};

std::vector<IdPlace> ids_in(const std::string& body) {
  std::vector<IdPlace> places;
  for (const std::string_view name : kIdNames) {
    for (std::size_t at = body.find(name); at != std::string::npos; at = body.find(name, at + 1)) {
      places.push_back({at, body.find(',', at) + 1 - at});
    }
  }
  return places;
}

// Behind the brace that opens the form's data of the record whose id stands at `from`.
std::size_t data_of(const std::string& body, std::size_t from) {
  const std::size_t at =
      std::min(body.find(R"("data":{)", from), body.find(R"("formData":{)", from));
  return body.find('{', at) + 1;
}

template <typename Change>
void change_total(std::string& body, Change change) {
  const std::size_t at = body.find(kTotal);
  if (at != std::string::npos) {
    const std::size_t first = at + kTotal.size();
    const std::size_t size = body.find(',', first) - first;
    body.replace(first, size, change(std::stoull(body.substr(first, size))));
  }
}

void spoil_record(FaultKind kind, std::string& body) {
  const auto ids = ids_in(body);
  if (ids.empty()) {
    return;
  }
  const std::size_t middle = ids.size() / 2;
  const IdPlace id = ids[middle];
  if (kind == FaultKind::no_id) {
    body.erase(id.at, id.size);
  } else if (kind == FaultKind::twin_id && middle > 0) {
    const IdPlace before = ids[middle - 1];
    body.replace(id.at, id.size, body.substr(before.at, before.size));
  } else if (kind == FaultKind::invalid_utf8) {
    // The first two bytes of a character of three.
    body.insert(body.find(kTitle, id.at) + kTitle.size(), "\xe6\x94");
  } else if (kind == FaultKind::huge_record) {
    body.insert(data_of(body, id.at),
                fmt::format(R"("textareaField_lgkgut8t":"{}",)", std::string(kHugeBytes, 'x')));
  } else if (kind == FaultKind::broken_record) {
    body.insert(data_of(body, ids.back().at), R"("textareaField_lgkgut8t":,)");
  }
}

}  // namespace

void spoil_page(FaultKind kind, std::string& body) {
  switch (kind) {
    case FaultKind::no_data:
      if (const std::size_t at = body.find(kRows); at != std::string::npos) {
        body = body.substr(0, at) + "}";
      }
      break;
    case FaultKind::total_high:
      change_total(body, [](std::uint64_t n) { return std::to_string(n + n / 10 + 1); });
      break;
    case FaultKind::total_low:
      change_total(body, [](std::uint64_t n) { return std::to_string(n - (n + 9) / 10); });
      break;
    case FaultKind::total_text:
      change_total(body, [](std::uint64_t n) { return fmt::format("\"{}\"", n); });
      break;
    default:
      spoil_record(kind, body);
  }
}

}  // namespace weir::yida_sandbox
