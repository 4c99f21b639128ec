// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::testing {

// A MariaDB server of the test's own (tools/private_mariadb.sh): own data folder below /tmp, socket
// in it, account root without password. Ends with the test, also when that is killed. Failures to
// start are fatal to the test program, with the server's log.
class PrivateMariadb {
 public:
  struct Options {
    bool tls = false;      // with a self-signed authority: see authority()
    bool network = false;  // on 127.0.0.1 as well as on the socket
    std::vector<std::string> arguments;
  };
  using Row = std::vector<std::optional<std::string>>;

  explicit PrivateMariadb(Options options);
  PrivateMariadb() : PrivateMariadb(Options{}) {}
  ~PrivateMariadb();
  PrivateMariadb(const PrivateMariadb&) = delete;
  PrivateMariadb& operator=(const PrivateMariadb&) = delete;

  std::string socket() const { return folder_ + "/socket"; }
  std::string authority() const { return folder_ + "/tls/ca.pem"; }
  int port() const { return port_; }

  // Executes one statement as root; a failure is one of the test.
  void execute(std::string_view sql, std::string_view database = {});
  std::vector<Row> query(std::string_view sql, std::string_view database = {});
  // The only value of the only row; "NULL" for NULL.
  std::string value(std::string_view sql, std::string_view database = {});

  void kill();   // kill -9, and wait for its end
  void start();  // after kill(): on the same data; returns when it answers

 private:
  bool answers();

  Options options_;
  std::string folder_;
  int port_ = 0;
  pid_t process_ = 0;
};

// One plain server for the whole test program, started at first use.
PrivateMariadb& shared_mariadb();

}  // namespace weir::testing
