// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/request_spec.h"
#include "core/record.h"
#include "source/source.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// One readable API of a connector file: Airbyte's stream with its retriever.

namespace weir {

struct Paginator {
  enum class Strategy : std::uint8_t { none, page, offset, cursor };
  Strategy strategy = Strategy::none;
  std::int64_t start = 1;  // of the first page
  std::int64_t page_size = 100;
  std::int64_t page_size_max = 0;  // 0: no limit known
  std::optional<FieldPlace> size_place;
  std::optional<FieldPlace> token_place;  // page number, offset or cursor
  JsonPath next_path;                     // cursor: where the answer names the next one
  JsonPath more_path;                     // where the answer says whether pages follow
  std::optional<std::int64_t> result_cap;
  std::optional<std::int64_t> result_cap_up_to;  // what the cap may turn out to be
};

// How a window of one kind is asked for.
struct WindowRequest {
  WindowKind kind = WindowKind::modified;
  std::vector<Injection> injections;
  std::optional<std::chrono::days> step;  // the widest window
  // Where a record says this time of itself; the first that is there counts.
  std::vector<std::string> cursor_fields;
  std::optional<Injection> newest_first;  // asks for the newest change first
};

struct RecordSelector {
  JsonPath path;        // of the list; empty: the whole body
  JsonPath total_path;  // empty: the API names no total
  RecordShape shape;    // but for wall_times, which the connection's clock decides
  std::vector<std::string> times;
  RequestTemplate clock;  // what the digits of `times` are: local or utc
  bool bare_ids = false;  // the list holds ids as texts
  // Rows are lists: the names of their columns, separated by commas.
  std::optional<RequestTemplate> columns;
};

// What becomes of the request fields that a pipeline gives.
struct StreamParameters {
  struct Known {
    std::string name;
    FieldPlace place;
    bool required = false;
    bool secret = false;  // never shown or stored, even when a pipeline has it typed in plainly
  };
  std::vector<Known> fields;
  FieldPlace others;                 // where unknown ones go: path is a prefix, perhaps empty
  std::vector<std::string> omitted;  // are not sent; templates see them
  bool closed = false;               // unknown ones are faults
};

struct Stream;

// Lists inside a record that the stream's list cuts, and where the rest is.
struct SubLists {
  std::string match;                     // names of the record, `*` for any run of characters
  RequestTemplate rows;                  // at how many rows they are cut; 0: never
  std::string record_id;                 // the record's name that templates read as record.id
  std::shared_ptr<const Stream> stream;  // all rows of one list, page by page
};

struct Stream {
  std::vector<std::string> names;  // as a pipeline's `api` calls it; a leading slash never counts
  std::string description;         // what it gives, for people
  Requester requester;
  Paginator paginator;
  std::vector<WindowRequest> windows;
  RecordSelector selector;
  StreamParameters parameters;
  std::shared_ptr<const Stream> ids;  // the same records as ids alone
  std::optional<SubLists> sub_lists;
};

Stream read_stream(const Node& node, const TemplateNames& names, Faults& faults);

}  // namespace weir
