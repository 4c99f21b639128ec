// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/connection.h"

#include "connectors/mysql/mysql_test_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace weir::testing {
namespace {

using ::testing::HasSubstr;

std::string ask(MysqlConnection& connection, const std::string& sql) {
  auto rows = connection.query(sql);
  EXPECT_TRUE(rows) << rows.error().message;
  return rows ? (*rows)[0][0].value_or("NULL") : "";
}

TEST(MysqlSession, IsStrictAndKeepsTheServersOwnModes) {
  PrivateMariadb& server = shared_mariadb();
  const std::string before = server.value("SELECT @@global.sql_mode");
  server.execute("SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'");
  MysqlSettings settings;
  settings.socket = server.socket();
  settings.user = "root";
  settings.database = "mysql";
  auto connection = MysqlConnection::open(settings, "+05:30", {});
  server.execute("SET GLOBAL sql_mode = '" + before + "'");
  ASSERT_TRUE(connection) << connection.error().message;
  const std::string mode = ask(**connection, "SELECT @@session.sql_mode");
  for (const char* each :
       {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "STRICT_TRANS_TABLES", "STRICT_ALL_TABLES",
        "ERROR_FOR_DIVISION_BY_ZERO", "NO_ENGINE_SUBSTITUTION"}) {
    EXPECT_THAT(mode, HasSubstr(each));
  }
  EXPECT_EQ(ask(**connection, "SELECT @@session.time_zone"), "+05:30");
  EXPECT_EQ(ask(**connection, "SELECT @@character_set_client"), "utf8mb4");
  EXPECT_EQ(ask(**connection, "SELECT @@character_set_connection"), "utf8mb4");
  EXPECT_EQ(ask(**connection, "SELECT @@max_error_count"), "65535");
  EXPECT_FALSE((*connection)->backslash_escapes());
  EXPECT_EQ((*connection)->quote("it's a \\"), "'it''s a \\'");
}

// The server says nothing for longer than any test lasts.
TEST(MysqlSession, IsCutWhenTheStopHasComeAndNoAnswer) {
  MysqlSettings settings;
  settings.socket = shared_mariadb().socket();
  settings.user = "root";
  settings.database = "mysql";
  settings.timeout = 3600;
  std::stop_source stop;
  auto connection = MysqlConnection::open(settings, "+05:30", stop.get_token());
  ASSERT_TRUE(connection) << connection.error().message;
  stop.request_stop();
  const auto cut = (*connection)->execute("DO SLEEP(1000)");
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(to_string(cut.error().kind), to_string(ErrorKind::timed_out)) << cut.error().message;
}

// A server with a certificate for localhost, signed by an authority that no system knows.
class Tls : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new PrivateMariadb({.tls = true, .network = true, .arguments = {}});
    server_->execute(
        "CREATE USER 'weir'@'127.0.0.1' IDENTIFIED BY 'pass'; "
        "GRANT ALL ON *.* TO 'weir'@'127.0.0.1'; "
        "CREATE USER 'strict'@'127.0.0.1' REQUIRE SSL; "
        "GRANT ALL ON *.* TO 'strict'@'127.0.0.1'");
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  static MysqlSettings settings(const std::string& tls) {
    MysqlSettings made;
    made.host = "127.0.0.1";
    made.port = server_->port();
    made.user = "weir";
    made.password = "pass";
    made.database = "mysql";
    made.tls = tls;
    return made;
  }
  static inline PrivateMariadb* server_ = nullptr;
};

TEST_F(Tls, IsUsedAsConfigured) {
  for (const auto& [tls, encrypted] :
       {std::pair("off", false), std::pair("preferred", true), std::pair("required", true)}) {
    auto connection = MysqlConnection::open(settings(tls), "+00:00", {});
    ASSERT_TRUE(connection) << tls << ": " << connection.error().message;
    EXPECT_EQ((*connection)->encrypted(), encrypted) << tls;
    EXPECT_EQ(ask(**connection,
                  "SELECT VARIABLE_VALUE <> '' FROM information_schema.SESSION_STATUS "
                  "WHERE VARIABLE_NAME = 'Ssl_cipher'"),
              encrypted ? "1" : "0");
  }
}

TEST_F(Tls, VerifiesTheServer) {
  MysqlSettings with = settings("verify");
  with.tls_ca = server_->authority();
  auto connection = MysqlConnection::open(with, "+00:00", {});
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_TRUE((*connection)->encrypted());

  auto unknown = MysqlConnection::open(settings("verify"), "+00:00", {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::invalid_config) << unknown.error().message;

  with.host = "127.0.0.2";  // the server listens here too, but its certificate does not say so
  auto elsewhere = MysqlConnection::open(with, "+00:00", {});
  ASSERT_FALSE(elsewhere);

  with = settings("verify");
  with.tls_ca = "/tmp/there-is-no-such-file.pem";
  auto absent = MysqlConnection::open(with, "+00:00", {});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::invalid_config) << absent.error().message;
}

TEST_F(Tls, ThatTheServerDemandsIsSaid) {
  MysqlSettings with = settings("off");
  with.user = "strict";
  with.password.clear();
  auto refused = MysqlConnection::open(with, "+00:00", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unauthorized) << refused.error().message;
  with.tls = "preferred";
  EXPECT_TRUE(MysqlConnection::open(with, "+00:00", {}));
}

TEST(TlsAtAServerWithout, IsPreferredButNotInvented) {
  PrivateMariadb server({.tls = false, .network = true, .arguments = {"--skip-ssl"}});
  server.execute("CREATE USER 'weir'@'127.0.0.1'");
  server.execute("GRANT ALL ON *.* TO 'weir'@'127.0.0.1'");
  MysqlSettings settings;
  settings.port = server.port();
  settings.user = "weir";
  settings.database = "mysql";
  auto connection = MysqlConnection::open(settings, "+00:00", {});
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_FALSE((*connection)->encrypted());
  for (const char* tls : {"required", "verify"}) {
    settings.tls = tls;
    auto refused = MysqlConnection::open(settings, "+00:00", {});
    ASSERT_FALSE(refused) << tls;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_config) << refused.error().message;
  }
}

}  // namespace
}  // namespace weir::testing
