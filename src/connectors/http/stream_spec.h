// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/request_spec.h"
#include "core/record.h"
#include "source/source.h"

#include <chrono>
#include <cstdint>
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
};

struct RecordSelector {
  JsonPath path;        // of the list; empty: the whole body
  JsonPath total_path;  // empty: the API names no total
  RecordShape shape;
  // Rows are lists: the names of their columns, separated by commas.
  std::optional<RequestTemplate> columns;
};

// What becomes of the request fields that a pipeline gives.
struct StreamParameters {
  struct Known {
    std::string name;
    FieldPlace place;
    bool required = false;
  };
  std::vector<Known> fields;
  FieldPlace others;    // where unknown ones go: path is a prefix, perhaps empty
  bool closed = false;  // unknown ones are faults
};

struct Stream {
  std::vector<std::string> names;  // as a pipeline's `api` calls it; a leading slash never counts
  Requester requester;
  Paginator paginator;
  std::vector<WindowRequest> windows;
  RecordSelector selector;
  StreamParameters parameters;
};

Stream read_stream(const Node& node, const TemplateNames& names, Faults& faults);

}  // namespace weir
