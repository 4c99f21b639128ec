// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace weir {

// The text of a scalar (a number by its digits); nothing for null, lists and mappings.
std::optional<std::string> scalar_text(const Node& node);

// `true` or `false`, also as 1 or 0 and as text, as exports spell them; nothing for anything else.
std::optional<bool> flag_of(const Node& node);

// Reads one list of field objects (request, otherRequest, response, otherResponse) into a tree,
// whichever way it is stored: children[], a flat list tied by parent or parent_id (a field's name
// or its id), both at once, or a plain map of names and values. Used once.
class FieldReader {
 public:
  // `effective`: those of parser, mapping and is_required that have an effect in this list; of the
  // others it is said that they are kept and have none.
  FieldReader(std::string list, Faults& faults, std::vector<std::string> effective = {})
      : list_(std::move(list)), faults_(faults), effective_(std::move(effective)) {}

  std::vector<Field> read(const Node& node);

 private:
  using Place = std::optional<std::size_t>;  // into drafts_; nothing: the top

  struct Draft {
    Field field;
    std::string id;
    std::string parent;
    Place above;
    bool dropped = false;
  };
  struct Kept {
    Location at;
    std::vector<std::string> fields;
  };

  void read_list(const Node& node, Place above);
  void read_field(const Node& node, Place above);
  void read_short(const std::string& name, const Location& at, const Node& node, Place above);
  void read_key(const std::string& key, const Location& at, const Node& node, Draft& draft);
  std::optional<Parser> read_parser(const Node& node);
  std::vector<std::pair<std::string, std::string>> read_mapping(const Node& node);
  std::vector<std::pair<std::string, std::string>> read_pairs(const Node& node);
  void keep(const std::string& key, const Location& at, const std::string& field);
  void tie_to_parents();
  Place find_parent(std::size_t child) const;
  bool is_above(std::size_t high, std::size_t low) const;
  void drop_doubles(const std::vector<std::size_t>& siblings);
  std::vector<Field> assemble(Place above);
  void warn_of_kept();

  const std::string list_;
  Faults& faults_;
  const std::vector<std::string> effective_;
  std::vector<Draft> drafts_;
  std::map<Place, std::vector<std::size_t>> below_;
  std::map<std::string, Kept> kept_;
};

}  // namespace weir
