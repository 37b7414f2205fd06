#include "nsplay/procfs/namespace_link.h"

#include "nsplay/base/text.h"

namespace nsplay::procfs {

Result<NamespaceLink> parse_namespace_link(std::string_view text) {
  const auto colon = text.find(":[");
  const bool framed = colon != std::string_view::npos && colon > 0 && text.back() == ']';
  const auto inode =
      framed ? parse_number<std::uint64_t>(text.substr(colon + 2, text.size() - colon - 3))
             : std::nullopt;
  if (!inode) {
    return fail(Error::of(0, "not a namespace link:", quote(text)));
  }
  return NamespaceLink{std::string(text.substr(0, colon)), *inode};
}

}  // namespace nsplay::procfs
