// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_test_target.h"
#include "tests/conformance/sink_conformance.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace weir::testing {
namespace {

// A listener that takes connections and says nothing.
class SilentServer {
 public:
  SilentServer() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    listen(listener_, 8);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { close(listener_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  int port() const { return port_; }

 private:
  int listener_;
  int port_ = 0;
};

class MysqlSubject final : public SinkSubject {
 public:
  explicit MysqlSubject(std::string bulk) : bulk_(std::move(bulk)) {
    target_.server().execute(
        "CREATE TABLE t (id VARCHAR(20) NOT NULL PRIMARY KEY, "
        "text LONGTEXT NULL, amount DECIMAL(30,4) NULL) ENGINE=InnoDB",
        target_.database());
  }

  std::unique_ptr<Sink> insert_sink() override { return make(insert, {}); }
  std::unique_ptr<Sink> upsert_sink() override {
    return make(insert + " ON DUPLICATE KEY UPDATE text = VALUES(text), amount = VALUES(amount)",
                {});
  }
  std::unique_ptr<Sink> unauthorized_sink() override { return make(insert, "password: wrong\n"); }
  std::unique_ptr<Sink> silent_sink() override {
    return target_.sink(
        {.sql = insert,
         .connection = "host: 127.0.0.1\nport: " + std::to_string(silent_.port()) +
                       "\nuser: root\nconnect_timeout: 600\ntls: off\nbulk: " + bulk_ + "\n",
         .parameters = {"id", "text", "amount"}});
  }
  Value request(Value id, Value text, Value amount) override {
    return Object{
        {"main_params",
         Object{{"id", std::move(id)}, {"text", std::move(text)}, {"amount", std::move(amount)}}}};
  }
  std::vector<StoredRow> rows() override {
    std::vector<StoredRow> stored;
    for (auto& row :
         target_.server().query("SELECT id, text, amount FROM t ORDER BY id", target_.database())) {
      stored.push_back({row[0].value_or(""), std::move(row[1]), std::move(row[2])});
    }
    return stored;
  }
  void break_connections() override { target_.kill_sessions(); }

 private:
  std::unique_ptr<Sink> make(const std::string& sql, const std::string& more) {
    return target_.sink({.sql = sql,
                         .connection = target_.by_socket() + "bulk: " + bulk_ + "\n" + more,
                         .parameters = {"id", "text", "amount"}});
  }

  const std::string insert = "INSERT INTO t (id, text, amount) VALUES (:id, :text, :amount)";
  const std::string bulk_;
  MysqlTestTarget target_;
  SilentServer silent_;
};

SubjectMaker subject(const std::string& bulk) {
  return {bulk, [bulk] { return std::make_unique<MysqlSubject>(bulk); }};
}

INSTANTIATE_TEST_SUITE_P(Mysql, SinkConformance,
                         ::testing::Values(subject("array"), subject("multi_row"),
                                           subject("single")),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace weir::testing
