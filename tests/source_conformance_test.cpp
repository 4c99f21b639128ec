// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/source_conformance.h"

#include "connectors/dingtalk/dingtalk.h"
#include "core/value.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "sandbox/dingtalk/dingtalk_sandbox.h"
#include "spec/strategy_reader.h"

#include <mutex>
#include <vector>

namespace weir::testing {
namespace {

class NoReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return fail(ErrorKind::rejected, std::string(name));
  }
};

Node yaml(const std::string& text) {
  Faults faults;
  Node node = read_document(text, "conformance.yaml", NoReferences(), faults);
  EXPECT_FALSE(has_errors(faults));
  return node;
}

// DingTalk YiDa's stand-in, with what `options` says about its behaviour.
class DingtalkSubject final : public SourceSubject {
 public:
  // `settings`: more of the connection's file.
  DingtalkSubject(DingtalkSandboxOptions options, std::string settings)
      : sandbox_(DingtalkSandbox::start(std::move(options)).value()),
        settings_(std::move(settings)) {}

  std::unique_ptr<Source> source(Clock& clock) override {
    return make(clock, sandbox_->url(), "secret");
  }
  std::unique_ptr<Source> unauthorized_source(Clock& clock) override {
    return make(clock, sandbox_->url(), "wrong");
  }
  std::unique_ptr<Source> silent_source(Clock& clock) override {
    auto started = HttpServer::start({}, [this](ServerRequest, Responder responder) {
      const std::scoped_lock lock(mutex_);
      waiting_.push_back(std::move(responder));  // for ever
    });
    silent_ = std::move(started).value();
    return make(clock, "http://127.0.0.1:" + std::to_string(silent_->port()), "secret");
  }

  std::set<std::string> ids() override {
    const std::string lines = call("GET", "/truth?ids_only=1", "");
    std::set<std::string> ids;
    for (std::size_t begin = 0; begin < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', begin), lines.size());
      ids.insert(*parse_json(lines.substr(begin, end - begin)).value().text());
      begin = end + 1;
    }
    return ids;
  }
  void change_rows(int count) override {
    call("POST", "/change", R"({"count":)" + std::to_string(count) + "}");
  }
  void add_rows(int count) override {
    call("POST", "/add", R"({"count":)" + std::to_string(count) + "}");
  }
  void expire_tokens() override { call("POST", "/faults", R"({"revoke_tokens":true})"); }
  void throttle(int calls) override {
    call("POST", "/faults", R"({"qps":{"next":)" + std::to_string(calls) + "}}");
  }
  void disturb(int calls) override {
    for (const char* fault : {"http502", "unavailable", "html", "reset", "cut", "bad_json",
                              "empty_body", "empty_object", "empty_page", "repeat_page"}) {
      call("POST", "/faults",
           R"({")" + std::string(fault) + R"(":{"next":)" + std::to_string(calls) +
               R"(,"skip":1}})");
    }
  }

 private:
  std::unique_ptr<Source> make(Clock& clock, const std::string& url,
                               const std::string& secret) const {
    Faults faults;
    const Strategy strategy = read_strategy(yaml(R"(
connection: dingtalk
api: v1.0/yida/processes/instances
method: POST
id: processInstanceId
number: serialNumberField_lgorr6rv
request:
  - {field: pageSize, value: "100"}
  - {field: appType, value: APP_RECEIPTS}
  - {field: systemToken, value: token}
  - {field: userId, value: "0112233445566778"}
  - {field: formUuid, value: FORM-SKD}
)"),
                                            true, faults);
    const Node connection =
        yaml("connector: dingtalk\nbase_url: " + url + "\napp_key: key-" +
             url.substr(url.rfind(':') + 1) + "\napp_secret: " + secret + "\n" + settings_);
    const ConnectorContext context{"Asia/Shanghai", "conformance", "", &clock};
    auto source = dingtalk_connector().make_source(connection, strategy, context, faults);
    for (const auto& fault : faults) {
      EXPECT_EQ(fault.severity, Severity::warning) << to_string(fault);
    }
    return source;
  }

  std::string call(const std::string& method, const std::string& path, std::string body) {
    HttpClient::Request request;
    request.method = method;
    request.url = sandbox_->control_url() + path;
    request.body = std::move(body);
    const auto response = http_.send(request, {});
    EXPECT_TRUE(response);
    EXPECT_EQ(response->status, 200) << path << ": " << response->body;
    return response->body;
  }

  std::unique_ptr<DingtalkSandbox> sandbox_;
  std::string settings_;
  std::unique_ptr<HttpServer> silent_;
  std::mutex mutex_;
  std::vector<Responder> waiting_;
  CurlHttpClient http_;
};

SourceSubjectMaker dingtalk(const std::string& name, const std::string& settings,
                            const std::function<void(DingtalkSandboxOptions&)>& change) {
  return {name, [settings, change] {
            DingtalkSandboxOptions options;
            options.receipts.records = 3000;
            options.settings.qps = 20;
            change(options);
            return std::make_unique<DingtalkSubject>(std::move(options), settings);
          }};
}

INSTANTIATE_TEST_SUITE_P(Dingtalk, SourceConformance,
                         ::testing::Values(dingtalk("plain", "", [](DingtalkSandboxOptions&) {}),
                                           dingtalk("compressed_chunks_and_a_small_cap",
                                                    "budget: {per_second: 100}\n",
                                                    [](DingtalkSandboxOptions& options) {
                                                      options.settings.qps = 0;
                                                      options.settings.gzip = true;
                                                      options.settings.chunked = true;
                                                      options.settings.result_cap = 1000;
                                                      options.settings.clock =
                                                          yida_sandbox::StampClock::utc;
                                                    })),
                         [](const auto& subject) { return subject.param.name; });

}  // namespace
}  // namespace weir::testing
