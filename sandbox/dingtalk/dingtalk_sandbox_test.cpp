// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/dingtalk_sandbox.h"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace weir {
namespace {

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, size * count);
  return size * count;
}

struct Got {
  CURLcode result = CURLE_OK;
  long status = 0;
  std::string head;
  std::string body;
};

Got ask(const std::string& url, const std::string& body = {}, const std::string& token = {}) {
  Got got;
  CURL* curl = curl_easy_init();
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
  headers = curl_slist_append(headers, ("x-acs-dingtalk-access-token: " + token).c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &got.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &got.head);
  if (!body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  }
  got.result = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &got.status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return got;
}

std::string token_of(const DingtalkSandbox& sandbox) {
  const Got got =
      ask(sandbox.url() + "/v1.0/oauth2/accessToken", R"({"appKey":"k","appSecret":"s"})");
  const std::size_t at = got.body.find("\":\"") + 3;
  return got.body.substr(at, 32);
}

constexpr const char* kBody =
    R"({"appType":"A","systemToken":"t","userId":"u","formUuid":"FORM-SKD"})";

DingtalkSandboxOptions small() {
  DingtalkSandboxOptions options;
  options.receipts.records = 500;
  options.settings.qps = 0;
  options.now = "2026-03-01 10:00";
  return options;
}

TEST(DingtalkSandbox, ServesPagesCompressedAndInChunks) {
  DingtalkSandboxOptions options = small();
  options.settings.gzip = true;
  options.settings.chunked = true;
  const auto sandbox = DingtalkSandbox::start(options);
  ASSERT_TRUE(sandbox.has_value());
  const Got page = ask((*sandbox)->url() + "/v1.0/yida/processes/instances?pageSize=100", kBody,
                       token_of(**sandbox));
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.head.find("Content-Encoding: gzip"), std::string::npos);
  EXPECT_NE(page.head.find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_NE(page.head.find("Date: Sun, 01 Mar 2026 02:00:"), std::string::npos);
  EXPECT_EQ(page.body.substr(0, 18), R"({"totalCount":500,)");
  EXPECT_EQ(page.body.back(), '}');
}

TEST(DingtalkSandbox, CutsAnAnswer) {
  const auto sandbox = DingtalkSandbox::start(small());
  ASSERT_TRUE(sandbox.has_value());
  const std::string token = token_of(**sandbox);
  ask((*sandbox)->control_url() + "/faults", R"({"cut":{"next":1}})");
  const std::string url = (*sandbox)->url() + "/v1.0/yida/processes/instances?pageSize=100";
  EXPECT_EQ(ask(url, kBody, token).result, CURLE_PARTIAL_FILE);
  EXPECT_EQ(ask(url, kBody, token).result, CURLE_OK);
}

TEST(DingtalkSandbox, TheDateOfAnAnswerMayBeWrong) {
  DingtalkSandboxOptions options = small();
  options.settings.date_offset_minutes = -60;
  const auto sandbox = DingtalkSandbox::start(options);
  ASSERT_TRUE(sandbox.has_value());
  const std::string url = (*sandbox)->url() + "/v1.0/yida/processes/instances";
  EXPECT_NE(ask(url, kBody).head.find("Date: Sun, 01 Mar 2026 01:00:"), std::string::npos);
  ask((*sandbox)->control_url() + "/settings", R"({"date_offset_minutes":60})");
  EXPECT_NE(ask(url, kBody).head.find("Date: Sun, 01 Mar 2026 03:00:"), std::string::npos);
}

TEST(DingtalkSandbox, GivesTheSameTruthForTheSameFlags) {
  const auto one = DingtalkSandbox::start(small());
  const auto two = DingtalkSandbox::start(small());
  ASSERT_TRUE(one.has_value() && two.has_value());
  const std::string truth = ask((*one)->control_url() + "/truth").body;
  EXPECT_EQ(std::count(truth.begin(), truth.end(), '\n'), 500);
  EXPECT_EQ(truth, ask((*two)->control_url() + "/truth").body);
}

TEST(DingtalkSandbox, StandsManyReadersAndWritersAtOnce) {
  const auto sandbox = DingtalkSandbox::start(small());
  ASSERT_TRUE(sandbox.has_value());
  const std::string token = token_of(**sandbox);
  const std::string url = (*sandbox)->url() + "/v1.0/yida/processes/instances?pageSize=100";
  std::vector<std::jthread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        good += ask(url, kBody, token).status == 200 ? 1 : 0;
        good += ask((*sandbox)->control_url() + "/add", R"({"count":1})").status == 200 ? 1 : 0;
        good += ask((*sandbox)->control_url() + "/stats").status == 200 ? 1 : 0;
      }
    });
  }
  for (std::jthread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good.load(), 120);
  EXPECT_NE(ask((*sandbox)->control_url() + "/stats").body.find("\"rows\":540"), std::string::npos);
}

TEST(DingtalkSandbox, SaysWhatIsWrongWithItsOptions) {
  DingtalkSandboxOptions options = small();
  options.from = "soon";
  EXPECT_EQ(DingtalkSandbox::start(options).error().kind, ErrorKind::invalid_config);
  options.from = "2027-01-01";
  EXPECT_EQ(DingtalkSandbox::start(options).error().kind, ErrorKind::invalid_config);
  const auto first = DingtalkSandbox::start(small());
  options = small();
  options.port = (*first)->port();
  EXPECT_EQ(DingtalkSandbox::start(options).error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace weir
