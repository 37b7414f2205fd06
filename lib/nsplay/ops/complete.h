#pragma once

// What a shell may offer for a word that is being typed: the TARGETs that there are, and what else
// commands take of that kind. A shell takes each for a word of a command line as it stands, so only
// what no shell gives a meaning to is offered, whoever has chosen the name.

#include <string>
#include <vector>

namespace nsplay::ops {

/// What belongs where the word stands.
enum class Sought {
  target,      ///< a TARGET that is no file, which the shells know better themselves
  process,     ///< a pid
  play,        ///< the name of a play
  name_space,  ///< KIND:INODE; without its colon the kinds
};

struct CompletionRequest {
  Sought sought = Sought::target;
  std::string word;  ///< what there is of it
};

struct Completion {
  std::string text;         ///< begins with the word; letters, digits and "_.:/+-"
  std::string description;  ///< one line, harmless to print; may be empty
};

/// No two are alike. What cannot be looked at is left out: who completes a word asks for no reason.
std::vector<Completion> complete(const CompletionRequest& request);

}  // namespace nsplay::ops
