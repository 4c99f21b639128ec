// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/error_class.h"

#include <algorithm>
#include <iterator>

namespace weir {
namespace {

struct ErrorRow {
  unsigned code;
  ErrorKind kind;
};

constexpr ErrorKind row = ErrorKind::rejected;
constexpr ErrorKind wait = ErrorKind::unavailable;
constexpr ErrorKind lost = ErrorKind::timed_out;
constexpr ErrorKind refused = ErrorKind::unauthorized;
constexpr ErrorKind config = ErrorKind::invalid_config;

// Ascending by number.
constexpr ErrorRow error_table[] = {
    {1020, wait},     // record has changed since last read
    {1021, wait},     // disk full
    {1022, row},      // duplicate key
    {1028, wait},     // sort aborted
    {1030, wait},     // error from the storage engine
    {1036, config},   // table is read only
    {1037, wait},     // out of memory
    {1038, wait},     // out of sort memory
    {1040, wait},     // too many connections
    {1041, wait},     // out of memory
    {1044, refused},  // access denied to the database
    {1045, refused},  // access denied: user or password
    {1046, config},   // no database selected
    {1048, row},      // column cannot be null
    {1049, config},   // unknown database
    {1053, wait},     // shutdown in progress
    {1054, config},   // unknown column
    {1062, row},      // duplicate entry
    {1064, config},   // syntax
    {1077, wait},     // normal shutdown
    {1099, config},   // table locked for reading
    {1105, wait},     // unknown error
    {1114, wait},     // table is full
    {1118, row},      // row size too large
    {1129, wait},     // host is blocked
    {1130, refused},  // host is not allowed
    {1131, refused},  // anonymous user
    {1136, config},   // column count does not match
    {1142, refused},  // command denied on a table
    {1143, refused},  // command denied on a column
    {1146, config},   // no such table
    {1152, wait},     // aborted connection
    {1153, row},      // packet too large
    {1156, wait},     // packets out of order
    {1158, wait},     // network read error
    {1159, wait},     // network read timed out
    {1160, wait},     // network write error
    {1161, wait},     // network write timed out
    {1169, row},      // unique constraint
    {1180, wait},     // error during commit
    {1184, wait},     // aborting connection
    {1194, wait},     // table is marked as crashed
    {1195, wait},     // table crashed, repair failed
    {1197, row},      // transaction too large for the binary log's cache
    {1203, wait},     // user has too many connections
    {1205, wait},     // lock wait timed out
    {1206, wait},     // lock table is full
    {1207, wait},     // update locks during read-only
    {1213, wait},     // deadlock
    {1216, row},      // foreign key: no parent
    {1217, row},      // foreign key: has children
    {1226, wait},     // user has exceeded a resource
    {1227, refused},  // privilege needed
    {1263, row},      // NULL into NOT NULL
    {1264, row},      // out of range
    {1265, row},      // data truncated
    {1267, config},   // mix of collations
    {1290, wait},     // server runs with an option that forbids it (read-only)
    {1292, row},      // incorrect value
    {1300, row},      // bytes that are no text
    {1305, config},   // no such procedure or function
    {1317, wait},     // query interrupted
    {1318, config},   // wrong number of arguments
    {1364, config},   // field has no default: left out by the statement, whatever the row
    {1365, row},      // division by zero
    {1366, row},      // incorrect value for a column
    {1367, row},      // illegal value while parsing
    {1369, row},      // CHECK OPTION of a view
    {1370, refused},  // command denied on a routine
    {1390, config},   // too many placeholders
    {1406, row},      // data too long
    {1411, row},      // incorrect value for a function
    {1416, row},      // no geometry from the data
    {1442, config},   // trigger changes its own table
    {1451, row},      // foreign key: has children
    {1452, row},      // foreign key: no parent
    {1467, config},   // auto-increment has run out of values
    {1471, config},   // table is not insertable
    {1525, row},      // incorrect value
    {1526, row},      // no partition for the value
    {1557, row},      // foreign key would be doubled
    {1568, config},   // transaction under way
    {1586, row},      // duplicate entry, with the key's name
    {1644, row},      // SIGNAL of a trigger or procedure
    {1665, config},   // binary log's format forbids it
    {1690, row},      // value out of range
    {1748, row},      // row does not belong to the partition
    {1761, row},      // foreign key would be doubled
    {1762, row},      // foreign key would be doubled
    {1785, config},   // GTID consistency: non-transactional table
    {1786, config},   // GTID consistency
    {1792, wait},     // read-only transaction
    {1836, wait},     // read-only mode
    {1846, config},   // not supported
    {1906, row},      // value of a generated column
    {1927, wait},     // connection was killed
    {1969, wait},     // statement ran too long
    {2002, wait},     // cannot connect through the socket
    {2003, wait},     // cannot connect
    {2004, wait},     // cannot make a socket
    {2005, wait},     // unknown host
    {2006, wait},     // server has gone away
    {2007, config},   // protocol mismatch
    {2008, wait},     // out of memory
    {2011, wait},     // TCP
    {2012, wait},     // server handshake
    {2013, lost},     // lost connection during the query
    {2020, row},      // packet too large
    {2026, wait},     // TLS; a certificate that fails is told by its message
    {2027, lost},     // malformed packet
    {2048, wait},     // connection handle
    {2055, lost},     // lost connection, with the system's error
    {2058, config},   // plugin
    {2059, config},   // authentication plugin
    {2061, config},   // authentication plugin
    {3024, wait},     // statement ran too long
    {3100, wait},     // a hook failed (group replication)
    {3101, wait},     // rolled back by a plugin (group replication)
    {3105, row},      // value of a generated column
    {3140, row},      // invalid JSON text
    {3141, row},      // invalid JSON path or text
    {3159, refused},  // server demands a secure transport
    {3572, wait},     // lock not available at once
    {3819, row},      // CHECK constraint (MySQL)
    {4025, row},      // CHECK constraint (MariaDB)
    {4031, wait},     // disconnected for inactivity
    {4151, refused},  // account locked
};

constexpr bool ascending() {
  for (std::size_t i = 1; i < std::size(error_table); ++i) {
    if (error_table[i - 1].code >= error_table[i].code) {
      return false;
    }
  }
  return true;
}
static_assert(ascending());

ErrorKind by_sqlstate(std::string_view sqlstate) {
  const std::string_view category = sqlstate.substr(0, 2);
  if (category == "22" || category == "23" || category == "44" || category == "45") {
    return ErrorKind::rejected;
  }
  if (category == "28") {
    return ErrorKind::unauthorized;
  }
  if (category == "21" || category == "42" || category == "0A" || category == "3D") {
    return ErrorKind::invalid_config;
  }
  return ErrorKind::unavailable;
}

}  // namespace

ErrorKind classify_mysql_error(unsigned code, std::string_view sqlstate) {
  const auto* found =
      std::lower_bound(std::begin(error_table), std::end(error_table), code,
                       [](const ErrorRow& each, unsigned wanted) { return each.code < wanted; });
  if (found != std::end(error_table) && found->code == code) {
    return found->kind;
  }
  return by_sqlstate(sqlstate);
}

std::string_view advice_for_mysql_error(unsigned code) {
  switch (code) {
    case 1044:
    case 1142:
    case 1143:
    case 1370:
      return "grant the user of the connection the right";
    case 1045:
      return "check `user` and `password` of the connection";
    case 1049:
      return "create the database, or correct `database` of the connection";
    case 1054:
    case 1136:
    case 1364:
      return "compare `main_sql` with the table's columns";
    case 1064:
      return "correct the statement";
    case 1130:
      return "allow this host for the user, or connect from another one";
    case 1146:
      return "create the table, or correct the statement";
    case 1290:
    case 1836:
      return "the server is read-only; connect to the primary, or wait until it is writable";
    case 3159:
      return "set `tls: required` in the connection";
    default:
      return {};
  }
}

}  // namespace weir
