// SPDX-License-Identifier: Apache-2.0
#include "tests/support/private_mariadb.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <mysql.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <thread>
#include <utility>

namespace weir::testing {
namespace {

constexpr std::chrono::seconds start_limit{120};

std::string script() { return std::string(WEIR_SOURCE_DIR) + "/tools/private_mariadb.sh"; }

int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  close(listener);
  return ntohs(address.sin_port);
}

[[noreturn]] void give_up(const std::string& folder) {
  std::cerr << "the private MariaDB in " << folder << " did not start\n";
  for (const char* log : {"/install.log", "/server.log"}) {
    std::cerr << std::ifstream(folder + log).rdbuf();
  }
  std::abort();
}

using Session = std::unique_ptr<MYSQL, decltype(&mysql_close)>;

Session connect(const std::string& socket, std::string_view database) {
  Session session(mysql_init(nullptr), &mysql_close);
  mysql_optionsv(session.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const std::string name(database);
  if (mysql_real_connect(session.get(), nullptr, "root", "", name.empty() ? nullptr : name.c_str(),
                         0, socket.c_str(), CLIENT_MULTI_STATEMENTS) == nullptr) {
    return Session(nullptr, &mysql_close);
  }
  return session;
}

}  // namespace

PrivateMariadb::PrivateMariadb(Options options) : options_(std::move(options)) {
  std::string pattern = "/tmp/weir-mariadb-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    give_up(pattern);
  }
  folder_ = pattern;
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  port_ = options_.network ? free_port() : 0;
  start();
}

PrivateMariadb::~PrivateMariadb() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PrivateMariadb::start() {
  std::vector<std::string> words = {script(), "run", folder_};
  if (port_ != 0) {
    words.insert(words.end(), {"--port", std::to_string(port_)});
  }
  if (options_.tls) {
    words.emplace_back("--tls");
  }
  words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);  // Ctrl-C is for the test, which then ends the server
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + start_limit;
  while (!answers()) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_ ||
        std::chrono::steady_clock::now() > deadline) {
      give_up(folder_);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

bool PrivateMariadb::answers() { return connect(socket(), {}) != nullptr; }

void PrivateMariadb::kill() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
  }
}

std::vector<PrivateMariadb::Row> PrivateMariadb::query(std::string_view sql,
                                                       std::string_view database) {
  std::vector<Row> rows;
  const Session session = connect(socket(), database);
  if (session == nullptr) {
    ADD_FAILURE() << "no connection to " << socket();
    return rows;
  }
  int next = mysql_real_query(session.get(), sql.data(), sql.size());
  while (next == 0) {
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
        mysql_store_result(session.get()), &mysql_free_result);
    const unsigned count = result == nullptr ? 0 : mysql_num_fields(result.get());
    while (result != nullptr) {
      MYSQL_ROW row = mysql_fetch_row(result.get());
      if (row == nullptr) {
        break;
      }
      const unsigned long* lengths = mysql_fetch_lengths(result.get());
      Row& copy = rows.emplace_back(count);
      for (unsigned i = 0; i < count; ++i) {
        if (row[i] != nullptr) {
          copy[i].emplace(row[i], lengths[i]);
        }
      }
    }
    next = mysql_next_result(session.get());
  }
  EXPECT_LT(next, 1) << mysql_error(session.get()) << "\n" << sql.substr(0, 200);
  return rows;
}

void PrivateMariadb::execute(std::string_view sql, std::string_view database) {
  query(sql, database);
}

std::string PrivateMariadb::value(std::string_view sql, std::string_view database) {
  const auto rows = query(sql, database);
  if (rows.size() != 1 || rows[0].size() != 1) {
    ADD_FAILURE() << rows.size() << " rows instead of one value: " << sql;
    return {};
  }
  return rows[0][0].value_or("NULL");
}

PrivateMariadb& shared_mariadb() {
  static PrivateMariadb server;
  return server;
}

}  // namespace weir::testing
