// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <string_view>

namespace weir {

// What an error number of MySQL, MariaDB or libmariadb means to a runner:
//   rejected        the row is bad, others may pass (also what a trigger or a CHECK says)
//   unavailable     waiting can help: connection, lock wait, deadlock, read-only, shutdown, disk
//   full timed_out       as unavailable, but whether the statement had an effect is not known
//   unauthorized    credentials or rights
//   invalid_config  the statement, table or session cannot work until a person changes something
// A number that is not in the table is judged by its SQLSTATE class; one that this does not tell
// either is waited for, so that an outage never spoils records.
// Numbers: MariaDB `mysqld_error.h`, MySQL 8.0 Server Error Message Reference, libmariadb
// `errmsg.h`.
ErrorKind classify_mysql_error(unsigned code, std::string_view sqlstate);

// What a person can do about it; empty: the server's own words are enough.
std::string_view advice_for_mysql_error(unsigned code);

}  // namespace weir
