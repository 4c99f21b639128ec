// SPDX-License-Identifier: Apache-2.0
// The list of YiDa's process instances for benchmarks: as the stand-in gives it, without its
// faults, limits and searches, and many times as fast.
//
//   weir_page_server RECORDS [REVISION [FIELDS [SUB_ROWS]]]
//
// Prints its address, and ends with its standard input. FIELDS and SUB_ROWS: see ReceiptShape.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bench/page_socket.h"
#include "bench/prepared_pages.h"
#include "bench/receipt_pages.h"

namespace weir::bench {
namespace {

namespace yida = yida_sandbox;

std::optional<std::int64_t> day_of(const nlohmann::json& body, const char* name) {
  const auto moment = yida::parse_moment(body.value(name, std::string()));
  return moment ? std::optional(yida::shanghai_day(moment->moment)) : std::nullopt;
}

std::pair<std::uint64_t, std::uint64_t> asked_for(const nlohmann::json& body,
                                                  const ReceiptPages& pages) {
  std::pair<std::uint64_t, std::uint64_t> range{0, pages.records()};
  for (const char* kind : {"create", "modified"}) {
    const auto from = day_of(body, fmt::format("{}FromTimeGMT", kind).c_str());
    const auto to = day_of(body, fmt::format("{}ToTimeGMT", kind).c_str());
    if (from && to) {
      range = pages.created_on(*from, *to);
    }
  }
  return range;
}

std::uint64_t parameter(const std::string& target, std::string_view name, std::uint64_t otherwise) {
  const std::size_t at = target.find(name);
  return at == std::string::npos ? otherwise : std::stoull(target.substr(at + name.size()));
}

PreparedPages::Answer list_page(const PageRequest& request, const ReceiptPages& pages) {
  const auto body = nlohmann::json::parse(request.body);
  const auto [begin, end] = asked_for(body, pages);
  const std::uint64_t number = parameter(request.target, "pageNumber=", 1);
  const std::uint64_t size = parameter(request.target, "pageSize=", 100);
  const std::uint64_t first = std::min((number - 1) * size, end - begin);
  const std::uint64_t last = std::min(first + size, end - begin);
  PreparedPages::Answer answer;
  answer.newest_first =
      body.value("orderConfigJson", std::string()).find(":\"-\"") != std::string::npos;
  answer.begin = answer.newest_first ? end - last : begin + first;
  answer.end = answer.newest_first ? end - first : begin + last;
  answer.head = fmt::format(R"({{"totalCount":{},"pageNumber":{},"data":[)", end - begin, number);
  answer.tail = "]}";
  return answer;
}

int serve(std::uint64_t records, const ReceiptShape& shape) {
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now())
                       .time_since_epoch()
                       .count();
  const yida::Minute to = now - yida::kMinutesADay;
  const ReceiptPages pages(records, to - 300 * yida::kMinutesADay, to, shape);
  const PreparedPages prepared(pages);
  const PageSocket server([&](const PageRequest& request, int socket) {
    PreparedPages::Answer answer;
    if (request.target.find("accessToken") != std::string::npos) {
      answer.head = R"({"accessToken":"bench","expireIn":7200})";
    } else {
      answer = list_page(request, pages);
    }
    return prepared.send(answer, socket);
  });
  if (server.port() == 0) {
    fmt::print(stderr, "no port of 127.0.0.1 can be had\n");
    return 1;
  }
  fmt::print("http://127.0.0.1:{}\n", server.port());
  std::fflush(stdout);
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  std::_Exit(0);  // connections are not waited for
}

}  // namespace
}  // namespace weir::bench

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: weir_page_server RECORDS [REVISION [FIELDS [SUB_ROWS]]]\n");
    return 2;
  }
  const auto number = [&](int at, int otherwise) {
    return count > at ? std::stoi(arguments[at]) : otherwise;
  };
  return weir::bench::serve(std::stoull(arguments[1]), {number(2, 1), number(3, 0), number(4, 0)});
}
