// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/receipt_store.h"

#include <algorithm>
#include <unordered_set>

// What happens to receipts while the stand-in runs.
namespace weir::yida_sandbox {

std::vector<std::string> ReceiptStore::ids_of(const std::vector<std::uint32_t>& indexes) const {
  std::vector<std::string> ids;
  ids.reserve(indexes.size());
  for (const std::uint32_t index : indexes) {
    ids.push_back(generator_.id(index));
  }
  return ids;
}

std::vector<std::uint32_t> ReceiptStore::chosen(const Choice& choice, std::optional<Status> only) {
  const auto fits = [&](std::uint32_t index) {
    return index < rows_.size() && !rows_[index].deleted && (!only || rows_[index].status == *only);
  };
  std::vector<std::uint32_t> indexes;
  for (const std::string& id : choice.ids) {
    if (const auto index = generator_.index_of(id); index && fits(*index)) {
      indexes.push_back(*index);
    }
  }
  if (!choice.ids.empty() || rows_.empty()) {
    return indexes;
  }
  // Chance first; where the fitting ones are too rare for it, the rows in turn from a place of
  // chance on. No list of the fitting ones is needed, and no row comes twice.
  const Dice dice(generator_.options().seed, 0xc401ce00U + ++choices_);
  std::unordered_set<std::uint32_t> taken;
  for (std::uint64_t tries = 0;
       tries < 20 * std::uint64_t{choice.count} + 1000 && indexes.size() < choice.count; ++tries) {
    const auto index = static_cast<std::uint32_t>(dice.below(rows_.size(), tries));
    if (fits(index) && taken.insert(index).second) {
      indexes.push_back(index);
    }
  }
  const auto start = static_cast<std::uint32_t>(dice.below(rows_.size(), 0xffffffffU));
  for (std::uint32_t i = 0; i < rows_.size() && indexes.size() < choice.count; ++i) {
    const auto index = static_cast<std::uint32_t>((std::uint64_t{start} + i) % rows_.size());
    if (fits(index) && taken.insert(index).second) {
      indexes.push_back(index);
    }
  }
  return indexes;
}

std::vector<std::string> ReceiptStore::add(std::uint32_t count, Status status, bool sales,
                                           const std::vector<Member>& fields, Minute now) {
  const std::lock_guard lock(mutex_);
  std::vector<std::uint32_t> added;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto index = static_cast<std::uint32_t>(rows_.size());
    // Creation never falls as the index rises, even when the clock was set back.
    const Minute moment = rows_.empty() ? now : std::max<Minute>(now, rows_.back().created);
    Row row = generator_.added_row(index, moment, status);
    row.sales = sales;
    rows_.push_back(row);
    note_day(index);
    if (!fields.empty()) {
      changes_[index] = std::make_shared<const std::vector<Member>>(fields);
    }
    added.push_back(index);
  }
  changed();
  return ids_of(added);
}

std::vector<std::string> ReceiptStore::change(const Choice& choice,
                                              const std::vector<Member>& fields, bool silent,
                                              Minute now) {
  const std::lock_guard lock(mutex_);
  const auto indexes = chosen(choice, choice.status);
  for (const std::uint32_t index : indexes) {
    Row& row = rows_[index];
    if (fields.empty()) {
      ++row.revision;
    } else {
      const auto before = changes_.find(index);
      auto merged = before == changes_.end() ? std::vector<Member>() : *before->second;
      for (const Member& member : fields) {
        const auto same = std::find_if(merged.begin(), merged.end(),
                                       [&](const Member& m) { return m.key == member.key; });
        if (same == merged.end()) {
          merged.push_back(member);
        } else {
          same->json = member.json;
        }
      }
      changes_[index] = std::make_shared<const std::vector<Member>>(std::move(merged));
    }
    if (!silent) {
      row.modified = static_cast<std::int32_t>(std::max<Minute>(now, row.modified));
    }
  }
  changed();
  return ids_of(indexes);
}

std::vector<std::string> ReceiptStore::approve(const Choice& choice, Verdict verdict, Minute now) {
  const std::lock_guard lock(mutex_);
  const auto indexes = chosen(choice, Status::running);
  for (const std::uint32_t index : indexes) {
    Row& row = rows_[index];
    row.status = Status::completed;
    row.verdict = verdict;
    row.modified = static_cast<std::int32_t>(std::max<Minute>(now, row.modified));
  }
  changed();
  return ids_of(indexes);
}

std::vector<std::string> ReceiptStore::remove(const Choice& choice) {
  const std::lock_guard lock(mutex_);
  const auto indexes = chosen(choice, choice.status);
  for (const std::uint32_t index : indexes) {
    rows_[index].deleted = true;
  }
  changed();
  return ids_of(indexes);
}

}  // namespace weir::yida_sandbox
