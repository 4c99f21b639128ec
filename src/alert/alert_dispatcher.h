// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alert_channel.h"
#include "alert/alert_settings.h"
#include "alert/alert_store.h"
#include "alert/alert_text.h"
#include "alert/alerts.h"
#include "alert/outbox.h"
#include "alert/trouble_book.h"
#include "core/clock.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace weir {

struct NamedChannel {
  std::string name;
  std::vector<AlertKind> kinds;  // empty: all
  std::unique_ptr<AlertChannel> channel;
};

// The channels of the settings, ready for a dispatcher.
std::vector<NamedChannel> make_alert_channels(const AlertSettings& settings, AlertOutlets outlets);

// Tells troubles on every channel that wants them, from a thread of its own. raise() and
// well_again() only note; they never wait for a channel or the disk. What waits for a channel goes
// out as one message. A channel that fails is tried again, and holds up no other for longer than
// its time-out. What is noted is on disk before it is told, and what was told is noted on disk
// after: a kill in between tells it twice, none is lost.
class AlertDispatcher final : public Alerts {
 public:
  // Called on the dispatcher's thread, for the log: a channel's name (empty: the store) and what
  // went wrong with it.
  using OnTrouble = std::function<void(const std::string& channel, const Error& error)>;

  struct Options {
    std::chrono::milliseconds repeat_after{std::chrono::hours(1)};
    AlertWriter writer;
    std::filesystem::path store;  // the file of open troubles
    OnTrouble on_trouble;
  };

  // Reads the store and starts. `clock` outlives the dispatcher.
  AlertDispatcher(Options options, std::vector<NamedChannel> channels, Clock& clock);
  // Stops within moments; what could not be told yet is told by the next dispatcher on this store.
  ~AlertDispatcher() override;

  void raise(Alert alert) override;
  void well_again(AlertKind kind, std::string_view subject, std::string text) override;

  // Blocks until nothing waits for any channel, or the stop comes; true: nothing waits.
  bool wait_until_told(std::stop_token stop);

 private:
  struct Desk {
    NamedChannel named;
    Outbox outbox;
  };

  void restore();
  void note(const Notice& notice);
  void work(const std::stop_token& stop);
  void tell_what_is_due(const std::stop_token& stop);
  void tell(Desk& desk, const std::stop_token& stop);
  void save();
  void pause(const std::stop_token& stop);
  Value state() const;
  std::optional<Monotonic> next_due() const;
  void report(const std::string& channel, const Error& error) const;

  const Options options_;
  Clock& clock_;
  const AlertStore store_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  TroubleBook book_;
  std::vector<Desk> desks_;
  bool unsaved_ = false;
  std::stop_source sleep_;  // stopped to end a pause early

  std::jthread thread_;
};

}  // namespace weir
