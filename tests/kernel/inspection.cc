#include "kernel/inspection.h"

#include <gtest/gtest.h>

#include "support/processes.h"

namespace nsplay::test {
namespace {

const ops::NamespaceRow* row_of(const ops::InspectReport& report, ns::Kind kind) {
  for (const ops::NamespaceRow& row : report.namespaces) {
    if (row.kind == kind) {
      return &row;
    }
  }
  ADD_FAILURE() << "the report has no row for " << ns::name_of(kind);
  return nullptr;
}

}  // namespace

ops::InspectReport inspect(const std::string& target, ops::Members members) {
  ops::InspectRequest request;
  request.target = target;
  request.members = members;
  auto report = ops::inspect(request);
  if (!report) {
    ADD_FAILURE() << report.error().message();
    return {};
  }
  return *std::move(report);
}

ops::NamespaceView view_of(const ops::InspectReport& report, ns::Kind kind) {
  const ops::NamespaceRow* row = row_of(report, kind);
  if (row == nullptr || !row->view) {
    ADD_FAILURE() << (row == nullptr ? "" : row->view.error().message());
    return {};
  }
  return *row->view;
}

Error view_error_of(const ops::InspectReport& report, ns::Kind kind) {
  const ops::NamespaceRow* row = row_of(report, kind);
  if (row == nullptr || row->view) {
    ADD_FAILURE() << ns::name_of(kind) << " could be read";
    return {};
  }
  return row->view.error();
}

ns::KindSet kinds_shared_with_caller(const ops::InspectReport& report) {
  ns::KindSet kinds;
  for (const ops::NamespaceRow& row : report.namespaces) {
    if (row.view && row.view->same_as_caller) {
      kinds.insert(row.kind);
    }
  }
  return kinds;
}

void expect_inodes(const ops::InspectReport& report, pid_t pid) {
  for (const ns::KindInfo& info : ns::all_kinds()) {
    EXPECT_EQ(view_of(report, info.kind).ref.inode, namespace_inode(pid, info.kind)) << info.name;
  }
}

}  // namespace nsplay::test
