// SPDX-License-Identifier: Apache-2.0

// Look-ups in the records of a journal. WEIR_BENCH_RECORDS: how many (100,000).

#include "journal/sqlite/sqlite_journal.h"
#include "pipeline/definition.h"
#include "pipeline/journal_collections.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

namespace weir {
namespace {

constexpr int page_records = 100;

int records_wanted() {
  int records = 100'000;
  if (const char* wanted = std::getenv("WEIR_BENCH_RECORDS")) {  // NOLINT(concurrency-mt-unsafe)
    std::from_chars(wanted, wanted + std::strlen(wanted), records);
  }
  return records;
}

std::string raw_of(int number) {
  return fmt::format(
      R"({{"id":"id-{0}","name":"customer number {0}","code":"C{0}","text":"{1:0>900}"}})", number,
      number);
}

// A journal of so many customers, and what looks in it; made once.
class Customers {
 public:
  Customers() {
    std::filesystem::remove_all(folder_);
    JournalOptions options;
    options.folder = folder_;
    journal_ = open_sqlite_journal(options).value();
    const auto pipeline = journal_->pipeline("customers").value();
    const auto run = journal_->begin_run(pipeline, {SystemClock().now(), ""}).value();
    for (int first = 0; first < records_wanted(); first += page_records) {
      auto page = std::make_shared<Page>();
      for (int number = first; number < first + page_records; ++number) {
        const std::string raw = raw_of(number);
        PageRecord& record = page->records.emplace_back();
        record.id = fmt::format("id-{}", number);
        record.content = 1;
        record.offset = page->bytes.size();
        record.length = raw.size();
        page->bytes += raw;
      }
      journal_->store(pipeline, run, Redelivery::never, {{page, {}, ""}}, {}).get().value();
    }
    Faults faults;
    const auto definition = read_definition(
        "customers", "source: {connection: s, api: a, id: id}\ntarget: {connection: t, api: b}",
        SystemReferences("."), faults);
    transform_ = Transform::compile(definition->source, definition->target, RecordShape(),
                                    TimeZone::utc(), faults);
  }
  ~Customers() {
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<JournalCollections> look() const {
    std::vector<CollectionSource> sources;
    sources.push_back({"customers", transform_.get(), {LookupShape{{"name"}, {"code"}}}});
    return std::make_unique<JournalCollections>(CollectionPlace{journal_.get(), folder_, {}},
                                                std::move(sources));
  }

 private:
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("weir-customers-{}", ::getpid());
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<const Transform> transform_;
};

const Customers& customers() {
  static const Customers made;
  return made;
}

Value ask(const JournalCollections& collections, int number) {
  return collections
      .find({"customers", "code", {{"name", fmt::format("customer number {}", number)}}})
      .value();
}

void first_look_up(benchmark::State& state) {
  const Customers& made = customers();
  for (auto _ : state) {
    benchmark::DoNotOptimize(ask(*made.look(), 7));
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["max_rss_mib"] = static_cast<double>(usage.ru_maxrss) / 1024;
  state.counters["us_a_record"] =
      benchmark::Counter(records_wanted() * 1e-6, benchmark::Counter::kIsIterationInvariantRate |
                                                      benchmark::Counter::kInvert);
}
BENCHMARK(first_look_up)->Unit(benchmark::kMillisecond)->Iterations(1);

void each_further_look_up(benchmark::State& state) {
  const auto collections = customers().look();
  ask(*collections, 0);
  unsigned number = 1;
  for (auto _ : state) {
    number = number * 1'103'515'245U + 12'345U;
    benchmark::DoNotOptimize(
        ask(*collections, static_cast<int>(number % static_cast<unsigned>(records_wanted()))));
  }
}
BENCHMARK(each_further_look_up);

void look_up_of_nobody(benchmark::State& state) {
  const auto collections = customers().look();
  ask(*collections, 0);
  int number = records_wanted();
  for (auto _ : state) {
    benchmark::DoNotOptimize(ask(*collections, ++number));
  }
}
BENCHMARK(look_up_of_nobody);

}  // namespace
}  // namespace weir
