// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/receipt_generator.h"
#include "sandbox/dingtalk/search_filter.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir::yida_sandbox {

// Which receipts are asked for, and in which order.
struct Query {
  struct Period {
    Minute first;
    Minute last;  // inclusive
  };
  std::optional<Period> created;
  std::optional<Period> modified;
  std::optional<Status> status;
  std::optional<Verdict> verdict;
  std::string originator;  // a user id; empty: anybody's
  SearchFilter search;
  bool nothing = false;  // matches no row
  // gmt_create, gmt_modified or a field's id, each with true for rising; ties keep the order of
  // creation. Empty: the store's own order.
  std::vector<std::pair<std::string, bool>> order;
  // Equal for equal queries: the page after this one is cut from the same selection.
  std::string key;
};

struct Selection {
  std::uint64_t total = 0;
  std::vector<Receipt> receipts;
};

// What the real service does not document, when no order was asked for.
enum class NaturalOrder : std::uint8_t { newest, oldest, scrambled };

// The receipts and what happens to them. Any thread may call; a page of a selection that was made
// before costs microseconds, a new selection a scan (some milliseconds a million rows; more when
// it looks at form data).
class ReceiptStore {
 public:
  explicit ReceiptStore(const GeneratorOptions& options);

  const ReceiptGenerator& generator() const { return generator_; }

  // `count` receipts from place `offset` on.
  Selection select(const Query& query, std::uint64_t offset, std::uint64_t count);
  std::optional<Receipt> find(std::string_view id) const;
  // The receipts among the `count` indexes from `first` on that the query matches, in order of
  // creation; `next` is where to go on, and equals `first` behind the last one.
  std::vector<Receipt> list(const Query& query, std::uint32_t first, std::uint32_t count,
                            std::uint32_t& next) const;

  void set_natural_order(NaturalOrder order);
  void set_shuffled_ties(bool shuffled);

  // Changes; each returns the ids that were touched. `now` is the minute that they happen in.
  std::vector<std::string> add(std::uint32_t count, Status status, bool sales,
                               const std::vector<Member>& fields, Minute now);
  struct Choice {
    std::vector<std::string> ids;  // empty: `count` of the fitting ones, chosen by chance
    std::uint32_t count = 0;
    std::optional<Status> status;  // only those
  };
  // Sets form values; without any, the content is revised (amount and remark differ). `silent`
  // leaves modifiedTimeGMT as it was.
  std::vector<std::string> change(const Choice& choice, const std::vector<Member>& fields,
                                  bool silent, Minute now);
  // Ends the approval of RUNNING receipts.
  std::vector<std::string> approve(const Choice& choice, Verdict verdict, Minute now);
  std::vector<std::string> remove(const Choice& choice);

  struct Counts {
    std::uint64_t rows = 0;
    std::uint64_t running = 0;
    std::uint64_t completed = 0;
    std::uint64_t terminated = 0;
    std::uint64_t error = 0;
    std::uint64_t deleted = 0;
  };
  Counts counts() const;

 private:
  using Indexes = std::shared_ptr<const std::vector<std::uint32_t>>;

  Receipt receipt(std::uint32_t index) const;
  std::uint32_t day_number(std::uint32_t index) const;
  void note_day(std::uint32_t index);
  bool matches(const Query& query, std::uint32_t index) const;
  bool content_matches(const SearchFilter& search, std::uint32_t index) const;
  Indexes selected(const Query& query);
  void sort(std::vector<std::uint32_t>& indexes, const Query& query) const;
  // Numbers and dates compare as numbers, everything else as text; what is absent comes first.
  using SortKey = std::pair<double, std::string>;
  SortKey sort_key(std::uint32_t index, const std::string& key) const;
  void shuffle_ties(std::vector<std::uint32_t>& indexes, const Query& query) const;
  std::vector<std::uint32_t> chosen(const Choice& choice, std::optional<Status> only);
  std::vector<std::string> ids_of(const std::vector<std::uint32_t>& indexes) const;
  void changed();

  const ReceiptGenerator generator_;
  mutable std::mutex mutex_;  // everything below
  std::vector<Row> rows_;
  std::unordered_map<std::uint32_t, std::shared_ptr<const std::vector<Member>>> changes_;
  std::vector<std::pair<std::int64_t, std::uint32_t>> days_;  // day, its first index; rising
  NaturalOrder natural_order_ = NaturalOrder::newest;
  bool shuffled_ties_ = false;
  std::uint64_t shuffles_ = 0;
  std::uint64_t choices_ = 0;
  std::deque<std::pair<std::string, Indexes>> selections_;  // newest first; none older than rows_
};

}  // namespace weir::yida_sandbox
