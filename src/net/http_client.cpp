// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include "core/ascii.h"
#include "net/curl_transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <memory>
#include <optional>
#include <string>

namespace weir {
namespace {

struct CurlGlobal {
  CurlGlobal() { curl_global_init(CURL_GLOBAL_DEFAULT); }
};

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// Half a page of a hundred records of 2 KB; curl's own 16 KB cost three times the calls of recv().
constexpr long receive_buffer_bytes = 128L * 1024;

// What curl's callbacks fill during one call.
struct Reception {
  HttpClient::Response response;
  std::size_t body_max = 0;
  bool too_long = false;
  int sent = 0;  // how often curl set out to send the request

  // Room for a body of the announced length, and for the padding that a parser wants behind it.
  void expect(std::string_view length) {
    constexpr std::size_t believed_max = std::size_t{1} << 20U;
    constexpr std::size_t padding = 64;
    std::size_t bytes = 0;
    std::from_chars(length.data(), length.data() + length.size(), bytes);
    response.body.reserve(std::min(bytes, std::min(believed_max, body_max)) + padding);
  }
};

// curl sends again, unasked, when a kept connection dies before the answer. The server may have
// counted the first one, and who asked must know of every call.
int before_sending(void* context, char*, char*, int, int) {
  auto& reception = *static_cast<Reception*>(context);
  return ++reception.sent > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t receive_body(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& reception = *static_cast<Reception*>(context);
  const std::size_t length = size * count;
  if (length > reception.body_max - reception.response.body.size()) {
    reception.too_long = true;
    return 0;
  }
  reception.response.body.append(bytes, length);
  return length;
}

std::size_t receive_header(char* bytes, std::size_t size, std::size_t count, void* context) {
  auto& reception = *static_cast<Reception*>(context);
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) {
    reception.response.headers.clear();  // an interim answer (100, 103) came before
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view name = trimmed(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equal_in_any_case(name, "Content-Length")) {
      reception.expect(value);
    }
    reception.response.headers.emplace_back(name, value);
  }
  return line.size();
}

}  // namespace

const std::string* HttpClient::Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_in_any_case(key, name)) {
      return &value;
    }
  }
  return nullptr;
}

// A multi handle of one easy handle: unlike curl_easy_perform, it can be woken, and it keeps the
// connections of the easy handle.
class CurlHttpClient::Line {
 public:
  Line() : multi_(curl_multi_init()), easy_(curl_easy_init()) {}
  ~Line() {
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Result<HttpClient::Response> send(const HttpClient::Request& request,
                                    const std::stop_token& stop);

 private:
  bool prepare(const HttpClient::Request& request, Reception& reception);
  tl::unexpected<Error> failure(CURLcode code, const HttpClient::Request& request,
                                const Reception& reception);

  CURLM* multi_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> reason_{};
};

bool CurlHttpClient::Line::prepare(const HttpClient::Request& request, Reception& reception) {
  curl_easy_reset(easy_);
  curl_slist_free_all(headers_);
  headers_ = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    if (line.find_first_of("\r\n") != std::string::npos) {
      return false;
    }
    headers_ = curl_slist_append(headers_, line.c_str());
  }
  reason_[0] = '\0';
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, reason_.data());
  curl_easy_setopt(easy_, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, "Weir");
  curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, receive_buffer_bytes);
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, before_sending);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, &reception);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, receive_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &reception);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, receive_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, &reception);
  if (request.method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET") {
    curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  return true;
}

tl::unexpected<Error> CurlHttpClient::Line::failure(CURLcode code,
                                                    const HttpClient::Request& request,
                                                    const Reception& reception) {
  const std::string_view url = std::string_view(request.url).substr(0, request.url.find('?'));
  const auto say = [&](ErrorKind kind, std::string_view what) {
    return fail(kind, fmt::format("{} {}: {}", request.method, url, what));
  };
  const std::string reason = reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code);
  curl_off_t pretransfer = 0;
  curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &pretransfer);
  const bool answered = !reception.response.headers.empty() || !reception.response.body.empty();
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return pretransfer == 0
                 ? say(ErrorKind::unavailable, "no connection in time (" + reason + ")")
                 : say(ErrorKind::timed_out, "no answer in time (" + reason + ")");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return say(ErrorKind::rejected, "no URL that can be called: " + reason);
    case CURLE_WRITE_ERROR:
      if (reception.too_long) {
        return say(ErrorKind::corrupt,
                   fmt::format("the answer is longer than {} bytes; ask for smaller pages",
                               request.body_max));
      }
      return say(ErrorKind::corrupt, "the answer cannot be decoded (" + reason + ")");
    case CURLE_PARTIAL_FILE:
    case CURLE_BAD_CONTENT_ENCODING:
      return say(ErrorKind::corrupt, "the answer was cut or cannot be decoded (" + reason + ")");
    case CURLE_WEIRD_SERVER_REPLY:
      return say(ErrorKind::corrupt, "the answer is no HTTP (" + reason + ")");
    case CURLE_RECV_ERROR:
      return answered ? say(ErrorKind::corrupt, "the answer was cut (" + reason + ")")
                      : say(ErrorKind::unavailable, "the connection broke (" + reason + ")");
    case CURLE_ABORTED_BY_CALLBACK:
      return say(ErrorKind::unavailable, "the connection broke before an answer came");
    case CURLE_OUT_OF_MEMORY:
      return say(ErrorKind::internal, reason);
    default:
      return say(ErrorKind::unavailable, reason);
  }
}

Result<HttpClient::Response> CurlHttpClient::Line::send(const HttpClient::Request& request,
                                                        const std::stop_token& stop) {
  Reception reception;
  reception.body_max = request.body_max;
  if (!prepare(request, reception)) {
    return fail(ErrorKind::rejected, request.method + ": a header holds a line break");
  }
  const std::optional<CURLcode> code = transfer(multi_, easy_, stop);
  if (!code) {
    return fail(ErrorKind::cancelled, request.method + ": stopped before the answer came");
  }
  if (*code != CURLE_OK) {
    return failure(*code, request, reception);
  }
  long status = 0;
  curl_off_t pretransfer = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &pretransfer);
  reception.response.status = static_cast<int>(status);
  reception.response.left_after = std::chrono::microseconds(pretransfer);
  return std::move(reception.response);
}

CurlHttpClient::CurlHttpClient() { static const CurlGlobal global; }

CurlHttpClient::~CurlHttpClient() = default;

Result<HttpClient::Response> CurlHttpClient::send(const Request& request, std::stop_token stop) {
  std::unique_ptr<Line> line = lines_.take();
  if (line == nullptr) {
    line = std::make_unique<Line>();
  }
  auto response = line->send(request, stop);
  lines_.give_back(std::move(line));
  return response;
}

}  // namespace weir
