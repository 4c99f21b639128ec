// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/signature.h"

#include "net/url_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace weir {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Result<Pairs> collect(const Signer& signer, const RequestParts& parts, const RequestScope& scope) {
  Pairs pairs;
  for (const RequestPlace place : signer.collect) {
    if (place == RequestPlace::parameter) {
      pairs.insert(pairs.end(), parts.parameters.begin(), parts.parameters.end());
    } else if (place == RequestPlace::header) {
      pairs.insert(pairs.end(), parts.headers.begin(), parts.headers.end());
    } else if (const Object* body = parts.body.object()) {
      for (const auto& [name, value] : *body) {
        pairs.emplace_back(name, to_text(value));
      }
    }
  }
  for (const auto& [name, value] : signer.values) {
    WEIR_TRY(std::string text, value.evaluate_text(scope));
    pairs.emplace_back(name, std::move(text));
  }
  if (!signer.body_as.empty()) {
    pairs.emplace_back(signer.body_as, parts.body_text);
  }
  std::erase_if(pairs, [&](const auto& pair) {
    return std::find(signer.exclude.begin(), signer.exclude.end(), pair.first) !=
           signer.exclude.end();
  });
  return pairs;
}

// {key}, {value}, {key_length} and {value_length}, the lengths in characters of UTF-8, padded with
// zeros: {value_length:4}.
std::string join_pair(const std::string& pattern, const std::string& key,
                      const std::string& value) {
  const auto characters = [](const std::string& text) {
    return std::count_if(text.begin(), text.end(), [](char letter) {
      return (static_cast<unsigned char>(letter) & 0xC0U) != 0x80U;
    });
  };
  std::string joined;
  for (std::size_t i = 0; i < pattern.size();) {
    const std::size_t close = pattern[i] == '{' ? pattern.find('}', i) : std::string::npos;
    if (close == std::string::npos) {
      joined += pattern[i++];
      continue;
    }
    const std::string token = pattern.substr(i + 1, close - i - 1);
    const std::size_t colon = token.find(':');
    const std::string name = token.substr(0, colon);
    const auto width = colon == std::string::npos || colon + 1 >= token.size()
                           ? 1
                           : std::clamp(token[colon + 1] - '0', 1, 9);
    if (name == "key" || name == "value") {
      joined += name == "key" ? key : value;
    } else if (name == "key_length" || name == "value_length") {
      joined += fmt::format("{:0{}}", characters(name == "key_length" ? key : value), width);
    } else {
      joined += pattern.substr(i, close - i + 1);
    }
    i = close + 1;
  }
  return joined;
}

Result<std::string> text_to_sign(const Signer& signer, const RequestParts& parts,
                                 const RequestScope& scope) {
  std::string text;
  WEIR_TRY(text, signer.prefix.evaluate_text(scope));
  if (signer.text) {
    WEIR_TRY(const std::string body, signer.text->evaluate_text(scope));
    text += body;
  } else {
    WEIR_TRY(Pairs pairs, collect(signer, parts, scope));
    if (signer.sort == Signer::Sort::key) {
      std::stable_sort(pairs.begin(), pairs.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
    } else if (signer.sort == Signer::Sort::value) {
      std::stable_sort(pairs.begin(), pairs.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      text += (i == 0 ? std::string() : signer.separator) +
              join_pair(signer.pair, pairs[i].first, pairs[i].second);
    }
  }
  WEIR_TRY(const std::string suffix, signer.suffix.evaluate_text(scope));
  text += suffix;
  if (signer.lower) {
    std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
      return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
  }
  return text;
}

std::string encode(std::string bytes, Signer::Encoding encoding) {
  switch (encoding) {
    case Signer::Encoding::hex:
      return hex_encode(bytes);
    case Signer::Encoding::upper_hex: {
      std::string text = hex_encode(bytes);
      std::transform(text.begin(), text.end(), text.begin(),
                     [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
      return text;
    }
    case Signer::Encoding::base64:
      return base64_encode(bytes);
    case Signer::Encoding::base64_of_hex:
      return base64_encode(hex_encode(bytes));
    case Signer::Encoding::url:
      return percent_encode(bytes);
  }
  return bytes;
}

}  // namespace

Result<std::string> sign(const Signer& signer, const RequestParts& parts,
                         const RequestScope& scope) {
  WEIR_TRY(const std::string text, text_to_sign(signer, parts, scope));
  WEIR_TRY(const std::string key, signer.key.evaluate_text(scope));
  std::string signature = digest(signer.digest, text, key);
  for (const Signer::Encoding encoding : signer.encode) {
    signature = encode(std::move(signature), encoding);
  }
  return signature;
}

}  // namespace weir
