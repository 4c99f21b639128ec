// SPDX-License-Identifier: Apache-2.0
#include "spec/vocabulary.h"

#include <algorithm>

namespace weir {
namespace {

using Keys = std::vector<VocabularyKey>;

// Kept on both sides: what happens in their stead.
Keys kept_keys(KeyPlace place) {
  using enum KeyEffect;
  return {
      {place, "groupCalculate", kept, "object", "records are not grouped"},
      {place, "operation", kept, "object", "records are not merged or grouped"},
      {place, "pagination", kept, "object", "the page size is that of `request`"},
      {place, "delay", kept, "", "calls are spaced by the connection's budget"},
      {place, "diffMode", kept, "object", "changes are found by the content of records"},
      {place, "distributionOrg", kept, "", "nothing is distributed"},
      {place, "primaryWriteback", kept, "", "the target's reply is not written back"},
      {place, "callBackStrategy", kept, "", "no other pipeline is called"},
      {place, "headers", kept, "", "headers are the connector's own"},
      {place, "queryParams", kept, "", "query parameters are the connector's own"},
      {place, "body", kept, "", "the body is made of `request`"},
      {place, "responseParser", kept, "", "replies are read as the connector says"},
      {place, "errorHandler", kept, "", "errors are handled as the connector says"},
      {place, "DownloadAttachment", kept, "", "attachments are not fetched"},
      {place, "AttachmentFields", kept, "", "attachments are not fetched"},
      {place, "writeMode", kept, "", "the statement says how rows are written"},
      {place, "idempotency", kept, "", "every record is delivered once anyway"},
      {place, "retryPolicy", kept, "", "retries are the platform's own"},
      {place, "errorHandling", kept, "", "errors are handled as the connector says"},
  };
}

Keys schedule_keys(KeyPlace place) {
  using enum KeyEffect;
  const std::string does = place == KeyPlace::source
                               ? "When `weir serve` reads the source, without delivering"
                               : "When `weir serve` delivers what was read";
  return {
      {place, "schedule", run, "schedule", does + "; above the one beside `source` and `target`.",
       "tests/e2e/sides_test.py"},
      {place, "crontab", run, "string", does + "; `schedule` as exports spell it.",
       "tests/e2e/sides_test.py"},
  };
}

Keys inert_keys(KeyPlace place) {
  using enum KeyEffect;
  return {
      {place, "effect", inert, "string", "The direction, QUERY or EXECUTE."},
      {place, "type", inert, "string", "The direction, as older exports spell it."},
      {place, "name", inert, "string", "A display name."},
      {place, "buildModel", inert, "", "A flag of the editor."},
      {place, "display", inert, "", "A setting of the list view."},
      {place, "autoFillResponse", inert, "", "A flag of the editor."},
      {place, "condition_bk", inert, "", "A former filter, parked."},
  };
}

Keys source_keys() {
  using enum KeyEffect;
  const KeyPlace place = KeyPlace::source;
  return {
      {place, "connection", row, "string", "The name of a file in connections/."},
      {place, "api", row, "string", "What is called at the source."},
      {place, "method", checked, "string", "The verb; it must be the one that `api` takes."},
      {place, "id", run, "string", "The field that tells one record from another.",
       "src/connectors/http/kingdee_test.cpp"},
      {place, "number", run, "string", "The field that people call a record by.",
       "src/connectors/http/kingdee_test.cpp"},
      {place,
       "idCheck",
       run,
       "boolean",
       "Whether a delivered record is done with (true, default), or is delivered again when what "
       "would be sent has changed.",
       "tests/e2e/replay_test.py",
       {},
       "true",
       {"true", "false"}},
      {place,
       "request",
       run,
       "fields",
       "What the source is asked for.",
       "src/connectors/dingtalk/dingtalk_test.cpp",
       {"requestParams"}},
      {place,
       "otherRequest",
       run,
       "fields",
       "What the call needs besides.",
       "tests/e2e/yida_test.py",
       {"otherRequestParams"}},
      {place,
       "response",
       checked,
       "fields",
       "The fields of a record; a placeholder that names none of them is warned about.",
       "",
       {"responseParams"}},
      {place,
       "otherResponse",
       kept,
       "fields",
       "the list is found as the connector says",
       "",
       {"otherResponseParams"}},
      {place, "formatResponse", row, "array", "Fields that are made of others, in other form."},
      {place, "condition", row, "array", "Which records are kept: outer or, inner and."},
      {place, "beatFlat", row, "", "The lists of which each element becomes a row of its own."},
      {place, "omissionRemedy", run, "object",
       "A second schedule, which asks for an older window and moves no cursor.",
       "tests/e2e/remedy_test.py"},
      {place, "table", kept, "", "the table is taken from the statement"},
      {place, "key", kept, "", "the key is taken from the statement"},
  };
}

Keys target_keys() {
  using enum KeyEffect;
  const KeyPlace place = KeyPlace::target;
  return {
      {place, "connection", row, "string", "The name of a file in connections/."},
      {place, "api", row, "string",
       "What is called at the target; `none` (`写入空操作`) takes records and writes nothing."},
      {place, "method", inert, "string", "The verb; a database needs none."},
      {place, "id", inert, "string", "A field of the target's own form."},
      {place, "number", inert, "string", "A field of the target's own form."},
      {place, "idCheck", inert, "boolean", "That of `source` decides."},
      {place, "request", row, "fields", "The row, made of the record.", "", {"requestParams"}},
      {place,
       "otherRequest",
       run,
       "fields",
       "What the call needs besides, as `main_sql`.",
       "tests/e2e/yida_test.py",
       {"otherRequestParams"}},
      {place, "response", inert, "fields", "The reply's fields.", "", {"responseParams"}},
      {place, "otherResponse", inert, "fields", "The reply's frame.", "", {"otherResponseParams"}},
      {place, "table", run, "string", "Where the records stand, for `weir reconcile`.",
       "tests/e2e/reconcile_test.py"},
      {place, "key", run, "string", "The column of the record's id, for `weir reconcile`.",
       "tests/e2e/reconcile_test.py"},
      {place, "beatFlat", kept, "", "it has an effect in `source` only"},
      {place, "formatResponse", kept, "array", "it has an effect in `source` only"},
      {place, "condition", kept, "array", "it has an effect in `source` only"},
      {place, "omissionRemedy", kept, "object", "it has an effect in `source` only"},
  };
}

Keys field_keys() {
  using enum KeyEffect;
  const KeyPlace place = KeyPlace::field;
  return {
      {place, "field", row, "string", "The name at the other system."},
      {place, "type", row, "string",
       "What the value is turned into: string, int, float, boolean, object or array."},
      {place, "value", row, "",
       "A fixed value, or one with placeholders; of an array, the name of the list."},
      {place, "children", row, "fields", "The fields of an object, or of each of its elements."},
      {place, "parent", row, "string", "The field above, by name, in a flat list."},
      {place, "parent_id", row, "string", "The field above, by `id`, in a flat list."},
      {place, "id", row, "string", "What `parent_id` of another field names."},
      {place, "parser", row, "", "How the value is rebuilt just before it is sent."},
      {place, "mapping", row, "", "What is sent for which value."},
      {place, "is_required", row, "", "A record without the value fails.", "", {}, "false"},
      {place, "label", inert, "string", "A caption."},
      {place, "describe", inert, "string", "A note."},
      {place, "description", inert, "string", "A note."},
      {place, "_autoFillResponse", inert, "", "A mark of the editor."},
      {place, "display", inert, "", "A setting of the list view."},
      {place, "enableDisplay", inert, "", "A setting of the list view."},
      {place, "buildModel", inert, "", "A flag of the editor."},
      {place, "name", inert, "string", "A caption."},
  };
}

Keys entry_keys() {
  using enum KeyEffect;
  const KeyPlace rule = KeyPlace::format_rule;
  const KeyPlace condition = KeyPlace::condition;
  const KeyPlace remedy = KeyPlace::remedy;
  return {
      {rule, "old", row, "string", "The field that is read."},
      {rule, "new", row, "string", "The field that is made."},
      {rule, "format", row, "string", "The form: date, dateTime, round(2), string and others."},
      {condition, "field", row, "string", "The field that is looked at."},
      {condition, "logic", row, "string", "How it is compared: eq, neq, gt, between and others."},
      {condition, "value", row, "", "What it is compared with."},
      {condition,
       "strictMode",
       row,
       "boolean",
       "Every element of a list must meet it, not one.",
       "",
       {},
       "false",
       {"true", "false"}},
      {remedy, "crontab", run, "string", "When it asks, as a line of cron.",
       "tests/e2e/remedy_test.py"},
      {remedy, "takeOverRequest", run, "fields",
       "What it asks for in place of the fields of the same names in `request`.",
       "tests/e2e/remedy_test.py"},
      {remedy, "adapter", kept, "string", "the source's own connector reads"},
  };
}

void append(Keys& keys, Keys more) {
  for (VocabularyKey& key : more) {
    keys.push_back(std::move(key));
  }
}

bool is_called(const VocabularyKey& key, std::string_view name) {
  return key.name == name ||
         std::find(key.also_called.begin(), key.also_called.end(), name) != key.also_called.end();
}

}  // namespace

const std::vector<VocabularyKey>& vocabulary() {
  static const Keys all = [] {
    Keys keys = source_keys();
    append(keys, schedule_keys(KeyPlace::source));
    append(keys, kept_keys(KeyPlace::source));
    append(keys, inert_keys(KeyPlace::source));
    append(keys, target_keys());
    append(keys, schedule_keys(KeyPlace::target));
    append(keys, kept_keys(KeyPlace::target));
    append(keys, inert_keys(KeyPlace::target));
    append(keys, field_keys());
    append(keys, entry_keys());
    return keys;
  }();
  return all;
}

const VocabularyKey* find_key(KeyPlace place, std::string_view name) {
  for (const VocabularyKey& key : vocabulary()) {
    if (key.place == place && is_called(key, name)) {
      return &key;
    }
  }
  return nullptr;
}

std::vector<std::string> known_keys(KeyPlace place) {
  std::vector<std::string> names;
  for (const VocabularyKey& key : vocabulary()) {
    if (key.place == place && key.effect != KeyEffect::inert) {
      names.push_back(key.name);
      names.insert(names.end(), key.also_called.begin(), key.also_called.end());
    }
  }
  return names;
}

std::string_view to_string(KeyPlace place) {
  switch (place) {
    case KeyPlace::source:
      return "source";
    case KeyPlace::target:
      return "target";
    case KeyPlace::field:
      return "field";
    case KeyPlace::format_rule:
      return "formatResponse";
    case KeyPlace::condition:
      return "condition";
    case KeyPlace::remedy:
      return "omissionRemedy";
  }
  return "";
}

}  // namespace weir
