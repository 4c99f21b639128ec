// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/settings.h"

namespace weir {

const Spec<MysqlSettings>& mysql_settings_spec() {
  using S = MysqlSettings;
  static const Spec<S> spec =
      Spec<S>("A database of MySQL (5.7 or later) or MariaDB (10.2 or later).")
          .field(&S::host, "host", "Server name or address.")
          .example("127.0.0.1")
          .field(&S::port, "port", "TCP port.")
          .range(1, 65535)
          .field(&S::socket, "socket", "Path of the server's socket, instead of host and port.")
          .example("/run/mysqld/mysqld.sock")
          .field(&S::user, "user", "Account at the server.")
          .required()
          .example("weir")
          .field(&S::password, "password", "Password of `user`.")
          .secret()
          .example("${env:MYSQL_PASSWORD}")
          .field(&S::database, "database", "Database that statements without one mean.")
          .required()
          .example("hongchao")
          .field(&S::tls, "tls",
                 "Encryption: `off`; `preferred`, when the server has it; `required`, without "
                 "looking at the server's certificate; `verify`, with a certificate that the "
                 "authority in `tls_ca` has signed for `host`. A socket is encrypted only when it "
                 "is required.")
          .one_of({"off", "preferred", "required", "verify"})
          .field(&S::tls_ca, "tls_ca",
                 "File with the authority's certificate (PEM); without it, the system's.")
          .example("/etc/ssl/certs/ca-certificates.crt")
          .field(&S::timezone, "timezone",
                 "IANA time zone of the session; without it, the workspace's.")
          .example("Asia/Shanghai")
          .field(&S::connect_timeout, "connect_timeout", "Longest wait for a connection, seconds.")
          .range(1, 600)
          .field(&S::timeout, "timeout", "Longest wait for an answer, seconds.")
          .range(5, 3600)
          .field(&S::lanes, "lanes", "Connections that write at the same time.")
          .range(1, 16)
          .field(&S::batch_records, "batch_records", "Records that one transaction takes at most.")
          .range(1, 10'000)
          .field(&S::bulk, "bulk",
                 "How many rows go out in one call: `auto` takes array binding where the server "
                 "has it, else statements of many rows; `array`, `multi_row` and `single` insist.")
          .one_of({"auto", "array", "multi_row", "single"});
  return spec;
}

}  // namespace weir
