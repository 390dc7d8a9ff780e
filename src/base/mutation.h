// Rules that the mutation tests break on purpose, one at a time, to see that a test notices.
//
// STOPBATH_BROKEN(n) stands where rule n of docs/rules.tsv is kept; numbers above 100 are orders of
// steps that no rule names, or other ways to break rule n - 100 or n - 200, see
// tests/mutation_test.cc. STOPBATH_POINT(label) is a place between two steps at which a test lets
// something else happen. Only the mutation tests' build defines STOPBATH_MUTATIONS; everywhere else
// both leave no trace.
#ifndef STOPBATH_BASE_MUTATION_H_
#define STOPBATH_BASE_MUTATION_H_

#ifdef STOPBATH_MUTATIONS
#include <functional>
#include <string_view>

namespace stopbath {
inline int broken_rule = 0;                                   // 0: none
inline std::function<void(std::string_view label)> at_point;  // set by tests without threads
}  // namespace stopbath
#define STOPBATH_BROKEN(rule) (::stopbath::broken_rule == (rule))
#define STOPBATH_POINT(label)                                                       \
  do {                                                                              \
    if (const auto action = ::stopbath::at_point; action != nullptr) action(label); \
  } while (false)
#else
#define STOPBATH_BROKEN(rule) false
#define STOPBATH_POINT(label) static_cast<void>(0)
#endif

#endif  // STOPBATH_BASE_MUTATION_H_
