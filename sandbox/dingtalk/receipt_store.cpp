// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/receipt_store.h"

#include "sandbox/dingtalk/receipt_form.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace weir::yida_sandbox {
namespace {

constexpr std::size_t kSelectionsKept = 16;
constexpr std::string_view kCreated = "gmt_create";
constexpr std::string_view kModified = "gmt_modified";

bool within(const std::optional<Query::Period>& period, Minute moment) {
  return !period || (moment >= period->first && moment <= period->last);
}

std::string_view node_name(Status status) {
  return status == Status::running ? "财务审核" : "结束";
}

}  // namespace

ReceiptStore::ReceiptStore(const GeneratorOptions& options) : generator_(options) {
  const std::uint32_t count = generator_.initial_count();
  rows_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    rows_.push_back(generator_.initial_row(i));
    note_day(i);
  }
}

void ReceiptStore::note_day(std::uint32_t index) {
  const std::int64_t day = shanghai_day(rows_[index].created);
  if (days_.empty() || days_.back().first < day) {
    days_.emplace_back(day, index);
  }
}

std::uint32_t ReceiptStore::day_number(std::uint32_t index) const {
  const auto after =
      std::upper_bound(days_.begin(), days_.end(), index,
                       [](std::uint32_t value, const auto& day) { return value < day.second; });
  return index - std::prev(after)->second + 1;
}

Receipt ReceiptStore::receipt(std::uint32_t index) const {
  Receipt made{index, day_number(index), rows_[index], nullptr};
  if (const auto found = changes_.find(index); found != changes_.end()) {
    made.changes = found->second;
  }
  return made;
}

bool ReceiptStore::content_matches(const SearchFilter& search, std::uint32_t index) const {
  if (search.only_kind() && changes_.find(index) == changes_.end()) {
    return rows_[index].sales ? search.matches_sales()
                              : search.matches_kind(generator_.kind(index, false));
  }
  return search.matches(generator_.data(receipt(index), 0), node_name(rows_[index].status));
}

bool ReceiptStore::matches(const Query& query, std::uint32_t index) const {
  const Row& row = rows_[index];
  return !query.nothing && !row.deleted && within(query.created, row.created) &&
         within(query.modified, row.modified) && (!query.status || *query.status == row.status) &&
         (!query.verdict || *query.verdict == row.verdict) &&
         (query.originator.empty() || generator_.originator(index).user_id == query.originator) &&
         (query.search.empty() || content_matches(query.search, index));
}

ReceiptStore::SortKey ReceiptStore::sort_key(std::uint32_t index, const std::string& key) const {
  const auto data = generator_.data(receipt(index), 0);
  const auto found = std::find_if(data.begin(), data.end(),
                                  [&](const Member& member) { return member.key == key; });
  if (found == data.end()) {
    return {std::numeric_limits<double>::lowest(), {}};
  }
  const FormField* known = find_field(key);
  if (known != nullptr && (known->kind == Component::number || known->kind == Component::date)) {
    return {std::strtod(found->json.c_str(), nullptr), {}};
  }
  return {0, found->json};
}

void ReceiptStore::sort(std::vector<std::uint32_t>& indexes, const Query& query) const {
  if (query.order.empty()) {
    if (natural_order_ == NaturalOrder::newest) {
      std::reverse(indexes.begin(), indexes.end());
    } else if (natural_order_ == NaturalOrder::scrambled) {
      const std::uint64_t seed = generator_.options().seed;
      std::sort(indexes.begin(), indexes.end(), [&](std::uint32_t a, std::uint32_t b) {
        return Dice(seed, a).number(301) < Dice(seed, b).number(301);
      });
    }
    return;
  }
  // The last key first: each stable pass keeps the order of the passes before among its ties.
  for (auto key = query.order.rbegin(); key != query.order.rend(); ++key) {
    const auto& [name, rising] = *key;
    const auto by = [&, up = rising](const auto& value) {
      const auto before = [&](std::uint32_t a, std::uint32_t b) {
        return up ? value(a) < value(b) : value(b) < value(a);
      };
      if (!std::is_sorted(indexes.begin(), indexes.end(), before)) {
        std::stable_sort(indexes.begin(), indexes.end(), before);
      }
    };
    if (name == kCreated) {
      by([&](std::uint32_t i) { return rows_[i].created; });
    } else if (name == kModified) {
      by([&](std::uint32_t i) { return rows_[i].modified; });
    } else {
      std::unordered_map<std::uint32_t, SortKey> keys;
      keys.reserve(indexes.size());
      for (const std::uint32_t index : indexes) {
        keys.emplace(index, sort_key(index, name));
      }
      by([&](std::uint32_t i) -> const SortKey& { return keys.at(i); });
    }
  }
}

void ReceiptStore::shuffle_ties(std::vector<std::uint32_t>& indexes, const Query& query) const {
  if (query.order.empty() ||
      (query.order[0].first != kCreated && query.order[0].first != kModified)) {
    return;
  }
  const bool created = query.order[0].first == kCreated;
  const auto moment = [&](std::uint32_t i) {
    return created ? rows_[i].created : rows_[i].modified;
  };
  for (auto first = indexes.begin(); first != indexes.end();) {
    const auto end = std::find_if(first, indexes.end(),
                                  [&](std::uint32_t i) { return moment(i) != moment(*first); });
    std::sort(first, end, [&](std::uint32_t a, std::uint32_t b) {
      return Dice(shuffles_, a).number(302) < Dice(shuffles_, b).number(302);
    });
    first = end;
  }
}

ReceiptStore::Indexes ReceiptStore::selected(const Query& query) {
  for (const auto& [key, indexes] : selections_) {
    if (key == query.key) {
      return indexes;
    }
  }
  // Creation rises with the index: the rows of a period stand together.
  const auto before = [](const Row& row, Minute moment) { return row.created < moment; };
  const auto after = [](Minute moment, const Row& row) { return moment < row.created; };
  auto begin = rows_.begin();
  auto end = rows_.end();
  if (query.created) {
    begin = std::lower_bound(rows_.begin(), rows_.end(), query.created->first, before);
    end = std::upper_bound(begin, rows_.end(), query.created->last, after);
  }
  auto indexes = std::make_shared<std::vector<std::uint32_t>>();
  for (auto row = begin; row < end; ++row) {
    const auto index = static_cast<std::uint32_t>(row - rows_.begin());
    if (matches(query, index)) {
      indexes->push_back(index);
    }
  }
  sort(*indexes, query);
  selections_.emplace_front(query.key, indexes);
  if (selections_.size() > kSelectionsKept) {
    selections_.pop_back();
  }
  return indexes;
}

Selection ReceiptStore::select(const Query& query, std::uint64_t offset, std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  Indexes indexes = selected(query);
  if (shuffled_ties_) {
    ++shuffles_;
    auto shuffled = std::make_shared<std::vector<std::uint32_t>>(*indexes);
    shuffle_ties(*shuffled, query);
    indexes = shuffled;
  }
  Selection selection;
  selection.total = indexes->size();
  for (std::uint64_t i = offset; i < indexes->size() && i - offset < count; ++i) {
    selection.receipts.push_back(receipt((*indexes)[i]));
  }
  return selection;
}

std::optional<Receipt> ReceiptStore::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto index = generator_.index_of(id);
  if (!index || *index >= rows_.size() || rows_[*index].deleted) {
    return std::nullopt;
  }
  return receipt(*index);
}

std::vector<Receipt> ReceiptStore::list(const Query& query, std::uint32_t first,
                                        std::uint32_t count, std::uint32_t& next) const {
  const std::lock_guard lock(mutex_);
  const auto end = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(rows_.size(), std::uint64_t{first} + count));
  std::vector<Receipt> receipts;
  for (next = first; next < end; ++next) {
    if (matches(query, next)) {
      receipts.push_back(receipt(next));
    }
  }
  return receipts;
}

void ReceiptStore::set_natural_order(NaturalOrder order) {
  const std::lock_guard lock(mutex_);
  natural_order_ = order;
  changed();
}

void ReceiptStore::set_shuffled_ties(bool shuffled) {
  const std::lock_guard lock(mutex_);
  shuffled_ties_ = shuffled;
}

void ReceiptStore::changed() { selections_.clear(); }

ReceiptStore::Counts ReceiptStore::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts;
  for (const Row& row : rows_) {
    if (row.deleted) {
      ++counts.deleted;
      continue;
    }
    ++counts.rows;
    counts.running += row.status == Status::running ? 1 : 0;
    counts.completed += row.status == Status::completed ? 1 : 0;
    counts.terminated += row.status == Status::terminated ? 1 : 0;
    counts.error += row.status == Status::error ? 1 : 0;
  }
  return counts;
}

}  // namespace weir::yida_sandbox
