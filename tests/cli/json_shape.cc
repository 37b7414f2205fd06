#include "cli/json_shape.h"

#include <gtest/gtest.h>

#include "support/requirements.h"

namespace nsplay::test {

Json parse_json(std::string_view text) {
  Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) {
    ADD_FAILURE() << "not JSON: " << text;
    return nullptr;
  }
  return document;
}

Words members_of(const Json& object) {
  Words names;
  for (const auto& [name, value] : object.items()) {
    names.push_back(name);
  }
  return names;
}

Words kinds_of(const Json& namespaces) {
  Words kinds;
  for (const Json& entry : namespaces) {
    kinds.push_back(entry.at("kind"));
  }
  return kinds;
}

Words all_kinds() {
  return {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
}

void expect_namespace(const Json& entry) {
  EXPECT_TRUE(entry.at("kind").is_string()) << entry;
  EXPECT_TRUE(entry.at("inode").is_number_unsigned()) << entry;
  const bool has_ids = reason_without(namespace_ids).empty();
  EXPECT_TRUE(has_ids ? entry.at("id").is_number_unsigned() : entry.at("id").is_null()) << entry;
}

void expect_error(const Json& error) {
  EXPECT_EQ(members_of(error), (Words{"errno", "message", "hint"}));
  EXPECT_TRUE(error.at("errno").is_string() || error.at("errno").is_null());
  EXPECT_TRUE(error.at("message").is_string());
  EXPECT_TRUE(error.at("hint").is_string() || error.at("hint").is_null());
}

Json failure_document(const RunResult& result) {
  Json document = parse_json(result.out);
  const Json error = document.is_object() ? document.value("error", Json()) : Json();
  if (!error.is_object()) {
    ADD_FAILURE() << "no error in the document: " << result;
    return document;
  }
  expect_error(error);
  std::string told = "nsplay: " + error.at("message").get<std::string>() + "\n";
  if (error.at("hint").is_string()) {
    told += "hint: " + error.at("hint").get<std::string>() + "\n";
  }
  EXPECT_EQ(result.err, told);
  return document;
}

Words uname_fields() {
  return {"sysname", "nodename", "release", "version", "machine", "domainname"};
}

}  // namespace nsplay::test
