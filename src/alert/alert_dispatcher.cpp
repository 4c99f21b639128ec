// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_dispatcher.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

// Well below what a DingTalk message may hold (20,000 bytes), at some 900 bytes a notice.
constexpr std::size_t notices_a_message = 15;

bool wants(const NamedChannel& channel, AlertKind kind) {
  return channel.kinds.empty() ||
         std::find(channel.kinds.begin(), channel.kinds.end(), kind) != channel.kinds.end();
}

}  // namespace

std::vector<NamedChannel> make_alert_channels(const AlertSettings& settings, AlertOutlets outlets) {
  std::vector<NamedChannel> channels;
  for (const ChannelSettings& channel : settings.channels) {
    channels.push_back({channel.name, channel.kinds, make_alert_channel(channel, outlets)});
  }
  return channels;
}

AlertDispatcher::AlertDispatcher(Options options, std::vector<NamedChannel> channels, Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      store_(options_.store),
      book_(options_.repeat_after) {
  for (NamedChannel& channel : channels) {
    const int per_minute = channel.channel->per_minute();
    desks_.push_back({std::move(channel), Outbox(per_minute)});
  }
  restore();
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

AlertDispatcher::~AlertDispatcher() {
  thread_.request_stop();
  {
    const std::scoped_lock lock(mutex_);
    sleep_.request_stop();
  }
  thread_.join();
}

void AlertDispatcher::restore() {
  const auto state = store_.read();
  if (!state) {
    report("", state.error());
    return;
  }
  if (const Value* troubles = state->member("troubles")) {
    book_.restore(*troubles);
  }
  const Value* waiting = state->member("waiting");
  for (Desk& desk : desks_) {
    const Value* notices = waiting != nullptr ? waiting->member(desk.named.name) : nullptr;
    if (notices == nullptr || notices->list() == nullptr) {
      continue;
    }
    for (const Value& value : *notices->list()) {
      if (auto notice = read_notice(value)) {
        desk.outbox.add(std::move(*notice));
      }
    }
  }
}

void AlertDispatcher::raise(Alert alert) {
  const Timestamp now = clock_.now();
  const std::scoped_lock lock(mutex_);
  if (const auto notice = book_.raise(alert, now)) {
    note(*notice);
  } else if (alert.told_again_before) {
    return;  // a state that is known
  }
  unsaved_ = true;  // also a trouble that is only counted
  sleep_.request_stop();
  changed_.notify_all();
}

void AlertDispatcher::well_again(AlertKind kind, std::string_view subject, std::string text) {
  const Timestamp now = clock_.now();
  const std::scoped_lock lock(mutex_);
  if (const auto notice = book_.well_again(kind, subject, std::move(text), now)) {
    note(*notice);
    unsaved_ = true;
    sleep_.request_stop();
    changed_.notify_all();
  }
}

void AlertDispatcher::note(const Notice& notice) {
  for (Desk& desk : desks_) {
    if (wants(desk.named, notice.kind)) {
      desk.outbox.add(notice);
    }
  }
}

void AlertDispatcher::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    save();
    tell_what_is_due(stop);
    save();
    pause(stop);
  }
  save();
}

void AlertDispatcher::tell_what_is_due(const std::stop_token& stop) {
  // Desks are made once, so their addresses stay while the lock is open.
  for (Desk& desk : desks_) {
    bool due = false;
    {
      const std::scoped_lock lock(mutex_);
      const Monotonic now = clock_.monotonic();
      const auto moment = desk.outbox.due(now);
      due = moment && *moment <= now;
    }
    if (due && !stop.stop_requested()) {
      tell(desk, stop);
    }
  }
}

void AlertDispatcher::tell(Desk& desk, const std::stop_token& stop) {
  std::vector<Notice> notices;
  {
    const std::scoped_lock lock(mutex_);
    notices = desk.outbox.next(notices_a_message);
  }
  const auto answer = desk.named.channel->send(options_.writer.message(notices), stop);
  if (!answer && answer.error().kind == ErrorKind::cancelled) {
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    if (answer) {
      desk.outbox.told(notices, clock_.monotonic());
      unsaved_ = true;
    } else {
      desk.outbox.failed(answer.error(), clock_.monotonic());
    }
    changed_.notify_all();
  }
  if (!answer) {
    report(desk.named.name, answer.error());
  }
}

void AlertDispatcher::save() {
  Value now;
  {
    const std::scoped_lock lock(mutex_);
    if (!unsaved_) {
      return;
    }
    unsaved_ = false;
    now = state();
  }
  if (const auto written = store_.write(now); !written) {
    report("", written.error());
  }
}

Value AlertDispatcher::state() const {
  Value waiting{Object{}};
  for (const Desk& desk : desks_) {
    List notices;
    for (const Notice& notice : desk.outbox.waiting()) {
      notices.push_back(to_value(notice));
    }
    waiting.set(desk.named.name, std::move(notices));
  }
  Value state;
  state.set("version", std::int64_t{1});
  state.set("troubles", book_.to_value());
  state.set("waiting", std::move(waiting));
  return state;
}

std::optional<Monotonic> AlertDispatcher::next_due() const {
  std::optional<Monotonic> next;
  const Monotonic now = clock_.monotonic();
  for (const Desk& desk : desks_) {
    const auto due = desk.outbox.due(now);
    if (due && (!next || *due < *next)) {
      next = due;
    }
  }
  return next;
}

// Until something is noted, or a channel may be tried.
void AlertDispatcher::pause(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto next = next_due();
  if (!next) {
    changed_.wait(lock, stop, [this] { return unsaved_; });
    return;
  }
  if (unsaved_ || stop.stop_requested()) {
    return;
  }
  sleep_ = std::stop_source();
  const std::stop_token woken = sleep_.get_token();
  lock.unlock();
  clock_.sleep_until(*next, woken);
}

bool AlertDispatcher::wait_until_told(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, stop, [this] {
    return std::all_of(desks_.begin(), desks_.end(),
                       [](const Desk& desk) { return desk.outbox.empty(); });
  });
}

void AlertDispatcher::report(const std::string& channel, const Error& error) const {
  if (options_.on_trouble) {
    options_.on_trouble(channel, error);
  }
}

}  // namespace weir
