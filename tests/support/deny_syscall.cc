#include "support/deny_syscall.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "nsplay/ns/kind.h"
#include "nsplay/sys/kernel_abi.h"

#include "support/must.h"

namespace nsplay::test {
namespace {

using Filter = std::vector<sock_filter>;

constexpr std::uint16_t load_word = BPF_LD | BPF_W | BPF_ABS;
constexpr std::uint16_t jump_if_equal = BPF_JMP | BPF_JEQ | BPF_K;
constexpr std::uint16_t and_with = BPF_ALU | BPF_AND | BPF_K;
constexpr std::uint16_t return_constant = BPF_RET | BPF_K;

sock_filter statement(std::uint16_t code, std::uint32_t operand) {
  return {code, 0, 0, operand};
}

/// Goes on with the next instruction when it is equal, else skips `otherwise` of them.
sock_filter unless_equal_skip(std::uint32_t value, std::size_t otherwise) {
  return {jump_if_equal, 0, static_cast<std::uint8_t>(otherwise), value};
}

/// The low half of an argument; all that the filters look at fits into it.
std::uint32_t offset_of_argument(unsigned index) {
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + index * sizeof(std::uint64_t));
}

std::uint32_t answer(int errnum) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(errnum);
}

/// `test` ends in the deny instruction or jumps behind it.
void install(long number, const Filter& test) {
  Filter filter;
  filter.push_back(statement(load_word, offsetof(seccomp_data, nr)));
  filter.push_back(unless_equal_skip(static_cast<std::uint32_t>(number), test.size()));
  filter.insert(filter.end(), test.begin(), test.end());
  filter.push_back(statement(return_constant, SECCOMP_RET_ALLOW));
  sock_fprog program = {static_cast<unsigned short>(filter.size()), filter.data()};
  // Without the bit only CAP_SYS_ADMIN may; with it, nothing that tests run gains or loses by it.
  must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
  must(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0, "PR_SET_SECCOMP");
}

/// Denies when `argument & mask` is `value`.
void deny_when_masked(
    long number, unsigned argument, std::uint32_t mask, std::uint32_t value, int errnum) {
  install(number,
          {statement(load_word, offset_of_argument(argument)),
           statement(and_with, mask),
           unless_equal_skip(value, 1),
           statement(return_constant, answer(errnum))});
}

/// Denies when the first argument has any of the CLONE_NEW* bits.
void deny_when_any_kind(long number, int errnum) {
  const auto kinds = static_cast<std::uint32_t>(ns::KindSet::all().clone_flags());
  install(number,
          {statement(load_word, offset_of_argument(0)),
           statement(and_with, number == SYS_clone ? kinds & ~std::uint32_t{CSIGNAL} : kinds),
           {jump_if_equal, 1, 0, 0},
           statement(return_constant, answer(errnum))});
}

}  // namespace

void deny_syscall(long number, int errnum) {
  install(number, {statement(return_constant, answer(errnum))});
}

void kill_who_calls(long number) {
  install(number, {statement(return_constant, SECCOMP_RET_KILL_PROCESS)});
}

void deny_setns_of_several_kinds() {
  // More than one bit is set when x & (x - 1) is not zero.
  install(SYS_setns,
          {statement(load_word, offset_of_argument(1)),
           statement(BPF_MISC | BPF_TAX, 0),
           statement(BPF_ALU | BPF_SUB | BPF_K, 1),
           statement(BPF_ALU | BPF_AND | BPF_X, 0),
           {jump_if_equal, 1, 0, 0},
           statement(return_constant, answer(EINVAL))});
}

void deny_pidfd_ioctls() {
  deny_when_masked(SYS_ioctl, 1, 0xff00, 0xff00, ENOTTY);
}

void deny_namespace_ids() {
  deny_when_masked(SYS_ioctl, 1, UINT32_MAX, sys::abi::ns_get_id, ENOTTY);
}

void deny_user_namespaces() {
  deny_when_masked(SYS_ioctl, 1, UINT32_MAX, sys::abi::ns_get_userns, EPERM);
  deny_when_masked(SYS_ioctl, 1, UINT32_MAX, sys::abi::pidfd_get_user_namespace, EOPNOTSUPP);
}

void deny_clone_of_namespaces(int errnum) {
  deny_when_any_kind(SYS_clone, errnum);
}

void deny_unshare_of_namespaces(int errnum) {
  deny_when_any_kind(SYS_unshare, errnum);
}

}  // namespace nsplay::test
