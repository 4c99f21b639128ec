// SPDX-License-Identifier: Apache-2.0
#include "app/sample.h"

#include "source/patient_reader.h"
#include "source/source_runner.h"

#include <chrono>
#include <utility>
#include <variant>

namespace weir {
namespace {

constexpr std::chrono::seconds sample_patience{30};

}  // namespace

Result<Page> fetch_sample(Source& source, const Definition& definition, CallBudgets& budgets,
                          Clock& clock) {
  PageRequest request;
  request.window.kind = definition.sync.by;
  if (request.window.kind != WindowKind::full) {
    request.window.from = definition.sync.from;
    request.window.to = source.traits().zone.day_of(clock.now());
  }
  SourceCounts counts;
  PatientReader patient(source, clock, budgets.of(source.traits()), counts, sample_patience);
  WEIR_TRY(SourcePage fetched, patient.read(request, {}, {}));
  return std::move(fetched.page);
}

Result<void> check_source(Source& source, CallBudgets& budgets, Clock& clock, Faults& faults) {
  const auto budget = budgets.of(source.traits());
  const Monotonic end = clock.monotonic() + sample_patience;
  while (true) {
    if (auto paused = budget->paused_beyond(end)) {
      return tl::unexpected(*std::move(paused));
    }
    auto checked = source.check(faults, budget.get());
    if (checked || checked.error().kind != ErrorKind::throttled ||
        budget->throttled(checked.error().retry_after) > end) {
      return checked;
    }
  }
}

std::vector<std::string_view> raw_records(const Page& page) {
  std::vector<std::string_view> raw;
  raw.reserve(page.records.size());
  for (const PageRecord& record : page.records) {
    raw.push_back(page.raw(record));
  }
  return raw;
}

std::optional<Value> mapped_sample(const Transform& transform, const Page& page) {
  for (const PageRecord& record : page.records) {
    auto outcome = transform.apply(page.raw(record));
    if (outcome && std::holds_alternative<Mapped>(*outcome)) {
      return std::get<Mapped>(*outcome).rows.tree(0);
    }
  }
  return std::nullopt;
}

}  // namespace weir
