// SPDX-License-Identifier: Apache-2.0
#include "source/page_writer.h"

#include "core/failpoint.h"

#include <chrono>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t pages_under_way = 8;
constexpr std::size_t bytes_under_way = std::size_t{8} << 20;

bool is_ready(const std::future<Result<std::vector<Intake>>>& done) {
  return done.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

PageWriter::~PageWriter() {
  for (auto& each : under_way_) {
    each.done.wait();
  }
}

void PageWriter::send(std::shared_ptr<const Page> page, std::string origin,
                      std::optional<Cursor> cursor) {
  std::vector<IncomingPage> pages;
  if (page != nullptr) {
    pages.push_back({page, target_.clock.now(), std::move(origin)});
    bytes_ += page->bytes.size();
  }
  const bool moves = cursor.has_value();
  auto done = target_.journal.store(target_.pipeline, target_.run, target_.redelivery,
                                    std::move(pages), std::move(cursor));
  under_way_.push_back({std::move(page), moves, std::move(done)});
}

Result<void> PageWriter::write(Page page, std::string origin, std::optional<Cursor> cursor) {
  // What the journal has answered for is let go at once, and the delivery told of it.
  while (!under_way_.empty() && (under_way_.size() >= pages_under_way ||
                                 bytes_ >= bytes_under_way || is_ready(under_way_.front().done))) {
    WEIR_CHECK(finish_one());
  }
  if (target_.journal.runs_ahead(bytes_ + page.bytes.size())) {
    WEIR_CHECK(finish_all());  // the delivery must know of all that it is waited for
    target_.journal.let_catch_up(page.bytes.size());
  }
  send(std::make_shared<const Page>(std::move(page)), std::move(origin), std::move(cursor));
  return {};
}

Result<void> PageWriter::move_cursor(Cursor cursor) {
  send(nullptr, {}, std::move(cursor));
  return {};
}

Result<void> PageWriter::finish_one() {
  UnderWay oldest = std::move(under_way_.front());
  under_way_.pop_front();
  WEIR_TRY(const std::vector<Intake> intakes, oldest.done.get());
  if (oldest.moves_cursor) {
    failpoint("source.cursor_moved");
  }
  if (oldest.page == nullptr) {
    return {};
  }
  failpoint("source.page_stored");
  bytes_ -= oldest.page->bytes.size();
  if (intakes.size() != 1) {
    return fail(ErrorKind::internal, "the journal answered for another number of pages");
  }
  count(*oldest.page, intakes.front());
  if (stored_) {
    stored_(oldest.page, intakes.front());
  }
  return {};
}

void PageWriter::count(const Page& page, const Intake& intake) {
  ++counts_.pages;
  counts_.read += std::ssize(page.records);
  counts_.judged += intake.judged;
  for (const auto& record : page.records) {
    counts_.bytes += static_cast<std::int64_t>(record.length);
  }
  for (const Novelty novelty : intake.novelty) {
    switch (novelty) {
      case Novelty::new_record:
        ++counts_.new_records;
        break;
      case Novelty::changed:
        ++counts_.changed;
        break;
      case Novelty::unchanged:
        ++counts_.unchanged;
        break;
    }
  }
}

Result<void> PageWriter::finish_all() {
  while (!under_way_.empty()) {
    WEIR_CHECK(finish_one());
  }
  return {};
}

}  // namespace weir
