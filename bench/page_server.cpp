// SPDX-License-Identifier: Apache-2.0
// The list of YiDa's process instances for benchmarks: as the stand-in gives it, without its
// faults, limits and searches, and many times as fast.
//
//   weir_page_server RECORDS [REVISION]    prints its address, and ends with its standard input
#include "net/http_server.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <limits>
#include <optional>
#include <string>

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

std::string list_page(const ServerRequest& request, const ReceiptPages& pages) {
  const auto body = nlohmann::json::parse(request.body);
  const auto [begin, end] = asked_for(body, pages);
  const std::uint64_t number = std::stoull(request.parameter("pageNumber").value_or("1"));
  const std::uint64_t size = std::stoull(request.parameter("pageSize").value_or("100"));
  const bool newest_first =
      body.value("orderConfigJson", std::string()).find(":\"-\"") != std::string::npos;
  std::string out;
  out.reserve(size * 3000 + 100);
  out += fmt::format(R"({{"totalCount":{},"pageNumber":{},"data":[)", end - begin, number);
  const std::uint64_t first = (number - 1) * size;
  for (std::uint64_t i = first; i < first + size && i < end - begin; ++i) {
    out += i == first ? "" : ",";
    pages.append(newest_first ? end - 1 - i : begin + i, out);
  }
  return out + "]}";
}

int serve(std::uint64_t records, int revision) {
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now())
                       .time_since_epoch()
                       .count();
  const yida::Minute to = now - yida::kMinutesADay;
  const ReceiptPages pages(records, to - 300 * yida::kMinutesADay, to, revision);
  auto server = HttpServer::start({}, [&](const ServerRequest& request, const Responder& answer) {
    ServerResponse response;
    response.headers.emplace_back("Content-Type", "application/json;charset=utf-8");
    response.body = request.path().find("accessToken") != std::string_view::npos
                        ? R"({"accessToken":"bench","expireIn":7200})"
                        : list_page(request, pages);
    answer.send(std::move(response));
  });
  if (!server) {
    fmt::print(stderr, "{}\n", server.error().message);
    return 1;
  }
  fmt::print("http://127.0.0.1:{}\n", (*server)->port());
  std::fflush(stdout);
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  return 0;
}

}  // namespace
}  // namespace weir::bench

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: weir_page_server RECORDS [REVISION]\n");
    return 2;
  }
  return weir::bench::serve(std::stoull(arguments[1]), count > 2 ? std::stoi(arguments[2]) : 1);
}
