// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulation/world.h"

namespace weir::simulation {

// A row as queries see it at some moment.
struct Row {
  std::uint32_t number = 0;
  Timestamp created;                             // to the minute, by the source's clock
  Timestamp modified;                            // likewise
  std::uint32_t version = 0;                     // of its content: 0, 1, 2 …
  std::uint32_t modified_version = 0;            // the version that its time of change speaks of
  std::uint32_t completed_since = versions_max;  // the first version that is COMPLETED
  bool deleted = false;
  bool faulty = false;  // it has no id
};

// The truth: what the list of changes makes of the rows. Follows the list as it grows; one thread
// at a time.
class Truth {
 public:
  explicit Truth(const World& world) : world_(world) {}

  // The rows as they are seen now, the deleted included, by number.
  const std::vector<Row>& rows();

  // Something random happens: a change whose kind and victim are chosen by the seed and the number
  // of changes so far.
  void change_something();
  // The rows that are there at first, as if they had come in the days before.
  void fill();

 private:
  void apply(const Change& change);
  void record(const Change& change);

  const World& world_;
  std::vector<Row> rows_;
  std::size_t applied_ = 0;
};

// The id of a row; the content of one version as the source gives it, whole or with its sub-list
// cut; and the request that the pipeline must make of it.
std::string id_of(std::uint32_t row);
std::optional<std::uint32_t> row_of(std::string_view id);
std::string state_of(const Row& row, std::uint32_t version);
std::string raw_of(const Profile& profile, const Row& row, std::uint32_t version, bool cut);
std::string request_of(const Profile& profile, const Row& row, std::uint32_t version);
bool has_sub_list_cut(const Profile& profile, const Row& row);

}  // namespace weir::simulation
